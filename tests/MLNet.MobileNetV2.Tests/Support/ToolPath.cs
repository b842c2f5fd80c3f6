namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>Programs that the machine may have.</summary>
internal static class ToolPath
{
    /// <summary>The file of the first of these names that is on the PATH; null for none.</summary>
    public static string? Find(params ReadOnlySpan<string> names)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        foreach (string name in names)
        {
            if (folders.SelectMany(folder => (string[])[Path.Combine(folder, name), Path.Combine(folder, name + ".exe")])
                .FirstOrDefault(File.Exists) is { } file)
            {
                return file;
            }
        }

        return null;
    }
}
