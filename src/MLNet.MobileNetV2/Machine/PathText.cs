namespace MLNet.MobileNetV2.Machine;

/// <summary>Tells paths from names.</summary>
internal static class PathText
{
    /// <summary>Whether text is a path: of a file, or, even where no such file exists, with an extension or a separator.</summary>
    public static bool IsPath(string text) =>
        File.Exists(text) || Path.HasExtension(text) || text.AsSpan().ContainsAny('/', '\\');
}
