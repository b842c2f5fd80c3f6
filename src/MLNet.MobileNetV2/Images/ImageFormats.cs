namespace MLNet.MobileNetV2;

/// <summary>The image formats that the library reads: JPEG, PNG, WebP, BMP and GIF (its first frame).</summary>
/// <remarks>
/// The names serve to find images in a folder. What a file holds is decided by its content alone, so a PNG image named
/// <c>.jpg</c> is read. Thread-safe.
/// </remarks>
public static class ImageFormats
{
    /// <summary>The file name extensions of the formats, in lower case with the dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } = Array.AsReadOnly([".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"]);

    /// <summary>The extensions for a message.</summary>
    internal static string ExtensionList { get; } = string.Join(", ", Extensions);

    /// <summary>Tells whether a file name ends like an image's; upper and lower case count alike. The file need not exist.</summary>
    /// <param name="path">A file name or path.</param>
    /// <returns>True where the extension is one of <see cref="Extensions"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    public static bool HasImageExtension(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
    }
}
