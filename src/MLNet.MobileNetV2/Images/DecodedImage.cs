using SkiaSharp;

namespace MLNet.MobileNetV2.Images;

/// <summary>A decoded image as it is stored in the file: opaque RGBA, not turned yet. Dispose it to give its memory back.</summary>
internal sealed class DecodedImage : IDisposable
{
    private static readonly SemaphoreSlim LargeDecodes = new(1, 1);

    private readonly PooledBytes _pixels;
    private readonly bool _isLarge;

    /// <summary>
    /// Takes the memory for the pixels; a large image waits for its turn first. The scale is decoded pixels for each stored pixel along a
    /// side.
    /// </summary>
    public DecodedImage(SKSizeI stored, double scale, SKEncodedOrigin origin)
    {
        ExactWidth = stored.Width * scale;
        ExactHeight = stored.Height * scale;
        Width = (int)Math.Ceiling(ExactWidth);
        Height = (int)Math.Ceiling(ExactHeight);
        Origin = origin;

        // The stored size counts: a progressive JPEG is held whole by the decoder even where it is decoded at a reduced size.
        _isLarge = (long)stored.Width * stored.Height > ImageLimits.SharedDecodePixels;
        if (_isLarge)
        {
            LargeDecodes.Wait();
        }

        try
        {
            _pixels = new(checked(4 * Width * Height));
        }
        catch
        {
            Release();
            throw;
        }
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>
    /// The stored width in decoded pixels. It is fractional where a reduced last column lies partly beyond the image.
    /// </summary>
    public double ExactWidth { get; }

    /// <summary>The stored height in decoded pixels, like <see cref="ExactWidth"/>.</summary>
    public double ExactHeight { get; }

    /// <summary>How the image must be turned to be upright.</summary>
    public SKEncodedOrigin Origin { get; }

    public Span<byte> Pixels => _pixels.Span;

    public void Dispose()
    {
        _pixels.Dispose();
        Release();
    }

    private void Release()
    {
        if (_isLarge)
        {
            LargeDecodes.Release();
        }
    }
}
