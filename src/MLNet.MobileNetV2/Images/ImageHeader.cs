namespace MLNet.MobileNetV2.Images;

/// <summary>What an image's file says of it before its pixels. Immutable.</summary>
/// <param name="Width">The width of the upright image in pixels.</param>
/// <param name="Height">The height of the upright image in pixels.</param>
/// <param name="IsOnItsSide">Whether width and height are stored the other way round.</param>
internal sealed record ImageHeader(int Width, int Height, bool IsOnItsSide)
{
    public (int Width, int Height) Size => (Width, Height);

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="BadImageException">The file cannot be read or is no image.</exception>
    public static ImageHeader Read(string path)
    {
        using PooledBytes encoded = EncodedFile.Read(path);
        return ImageDecoder.ReadHeader(encoded.Span, path);
    }
}
