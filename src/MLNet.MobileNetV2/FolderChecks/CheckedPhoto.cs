namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>A photo that a check has read. Immutable.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Label">Its class.</param>
/// <param name="Features">Its features.</param>
/// <param name="Thumbnail">A small picture of it.</param>
/// <param name="IsOther">Whether it is of the folder that is checked against.</param>
internal sealed record CheckedPhoto(string Path, string Label, float[] Features, ImageThumbnail Thumbnail, bool IsOther)
{
    /// <summary>Whether the name has another format's extension.</summary>
    public bool IsWronglyNamed => System.IO.Path.GetExtension(Path).ToUpperInvariant() switch
    {
        ".JPG" or ".JPEG" => "JPEG",
        ".PNG" => "PNG",
        ".WEBP" => "WebP",
        ".GIF" => "GIF",
        ".BMP" => "BMP",
        _ => Thumbnail.Format,
    } != Thumbnail.Format;

    /// <summary>Whether one side is more than so many times the other.</summary>
    public bool IsElongated(int times)
    {
        (int width, int height) = Thumbnail.Size;
        return Math.Max(width, height) > times * (long)Math.Min(width, height);
    }
}
