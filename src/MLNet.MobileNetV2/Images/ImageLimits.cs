namespace MLNet.MobileNetV2.Images;

/// <summary>What one image may ask for, checked before anything is allocated for it.</summary>
internal static class ImageLimits
{
    /// <summary>Most bytes of an encoded image: 256 MiB.</summary>
    public const int EncodedBytes = 256 * 1024 * 1024;

    /// <summary>Most pixels that a header may claim: 250 megapixels, 1 GB decoded.</summary>
    public const long Pixels = 250_000_000;

    /// <summary>
    /// Above <see cref="FreePixels"/>, most pixels for each encoded byte. No whole JPEG, PNG or BMP reaches it (PNG comes
    /// nearest with 8256 pixels of one bit), so a short file cannot ask for much memory by its header alone.
    /// </summary>
    public const long PixelsPerByte = 10_000;

    /// <summary>Pixels that a header may claim whatever the length of the file.</summary>
    public const long FreePixels = 16_000_000;

    /// <summary>
    /// Images with more pixels than this are decoded one at a time in the process, so that the threads at work do not
    /// each take what the largest image takes.
    /// </summary>
    public const long SharedDecodePixels = 64_000_000;
}
