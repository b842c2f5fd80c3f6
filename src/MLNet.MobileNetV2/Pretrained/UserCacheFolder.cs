namespace MLNet.MobileNetV2.Pretrained;

/// <summary>The folder for downloads in the user's cache, as each platform has it.</summary>
internal static class UserCacheFolder
{
    private const string Name = "mlnet-mobilenetv2";

    /// <summary>The folder's path; it need not exist.</summary>
    /// <param name="variables">Reads an environment variable.</param>
    public static string Locate(Func<string, string?> variables)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string root = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : variables("XDG_CACHE_HOME") is { } cache && Path.IsPathFullyQualified(cache) ? cache
            : home.Length == 0 ? Path.GetTempPath()
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Path.Combine(home, ".cache");
        return Path.Combine(root, Name);
    }
}
