namespace MLNet.MobileNetV2.Images;

/// <summary>The image formats that the library reads: JPEG, PNG, WebP, BMP and GIF (its first frame).</summary>
/// <remarks>Extensions serve to find images in a folder. A file's content decides its format: a PNG named <c>.jpg</c> is read.</remarks>
internal static class ImageFormats
{
    /// <summary>The file name extensions of the formats, in lower case with the dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } = Array.AsReadOnly([".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"]);

    public static string ExtensionList { get; } = string.Join(", ", Extensions);

    /// <summary>Whether a file name has one of the extensions, in any case. The file need not exist.</summary>
    public static bool HasImageExtension(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
