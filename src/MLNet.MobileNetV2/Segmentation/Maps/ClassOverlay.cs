using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Segmentation.Maps;

/// <summary>Tints the pixels of a photo with the colours of their classes, and draws a light line where classes meet.</summary>
internal static class ClassOverlay
{
    // The background keeps its own colours.
    private const byte Background = 0;

    // Of 256.
    private const int ColourShare = 128;

    private const byte EdgeGrey = 255;

    // A line is seen at any size of a screen.
    private const int PixelsPerEdge = 400;

    /// <summary>Draws a map of the photo's size.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static void Draw(PhotoPicture photo, ReadOnlySpan<byte> map, CancellationToken cancellationToken)
    {
        (int width, int height) = (photo.Width, photo.Height);
        int reach = Math.Max(1, Math.Max(width, height) / PixelsPerEdge);
        Span<byte> pixels = photo.Pixels;
        for (int y = 0; y < height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> row = map.Slice(y * width, width);
            ReadOnlySpan<byte> below = map.Slice(Math.Min(y + reach, height - 1) * width, width);
            Span<byte> line = pixels.Slice(4 * y * width, 4 * width);
            for (int x = 0; x < width; x++)
            {
                byte number = row[x];
                if (number != below[x] || number != row[Math.Min(x + reach, width - 1)])
                {
                    line.Slice(4 * x, 3).Fill(EdgeGrey);
                }
                else if (number != Background)
                {
                    Tint(line.Slice(4 * x, 3), VocPalette.Colours.Slice(3 * number, 3));
                }
            }
        }
    }

    private static void Tint(Span<byte> pixel, ReadOnlySpan<byte> colour)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            pixel[channel] = (byte)(((pixel[channel] * (256 - ColourShare)) + (colour[channel] * ColourShare)) >> 8);
        }
    }
}
