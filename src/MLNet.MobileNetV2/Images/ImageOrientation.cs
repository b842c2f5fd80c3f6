using System.Runtime.InteropServices;
using SkiaSharp;

namespace MLNet.MobileNetV2.Images;

/// <summary>Turns an image upright by its EXIF orientation.</summary>
internal static class ImageOrientation
{
    private const int RgbChannels = 3;

    /// <summary>Whether the upright image is as wide as the stored one is high.</summary>
    public static bool SwapsSides(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>
    /// Copies an image of four bytes a pixel, of which width and height are as stored, upright into another buffer.
    /// </summary>
    public static void Apply(ReadOnlySpan<byte> source, int width, int height, SKEncodedOrigin origin, Span<byte> destination)
    {
        ReadOnlySpan<uint> stored = MemoryMarshal.Cast<byte, uint>(source);
        Span<uint> upright = MemoryMarshal.Cast<byte, uint>(destination)[..stored.Length];
        (int start, int stepX, int stepY) = Steps(width, height, origin);
        int stride = SwapsSides(origin) ? height : width;
        for (int row = 0; row < upright.Length; row += stride, start += stepY)
        {
            int from = start;
            foreach (ref uint pixel in upright.Slice(row, stride))
            {
                pixel = stored[from];
                from += stepX;
            }
        }
    }

    /// <summary>
    /// Copies an image of four bytes a pixel, of which width and height are as stored, upright into three bytes a pixel, without alpha.
    /// </summary>
    public static void ToUprightRgb(ReadOnlySpan<byte> source, int width, int height, SKEncodedOrigin origin, Span<byte> rgb)
    {
        ReadOnlySpan<uint> stored = MemoryMarshal.Cast<byte, uint>(source);
        (int start, int stepX, int stepY) = Steps(width, height, origin);
        int stride = RgbChannels * (SwapsSides(origin) ? height : width);
        for (int row = 0; row < rgb.Length; row += stride, start += stepY)
        {
            int from = start;
            for (int index = row; index < row + stride; index += RgbChannels, from += stepX)
            {
                uint pixel = stored[from];
                rgb[index] = (byte)pixel;
                rgb[index + 1] = (byte)(pixel >> 8);
                rgb[index + 2] = (byte)(pixel >> 16);
            }
        }
    }

    // Where the upright first pixel is stored, and how far its right and its lower neighbour are.
    private static (int Start, int StepX, int StepY) Steps(int width, int height, SKEncodedOrigin origin) => origin switch
    {
        SKEncodedOrigin.TopRight => (width - 1, -1, width),
        SKEncodedOrigin.BottomRight => ((width * height) - 1, -1, -width),
        SKEncodedOrigin.BottomLeft => ((height - 1) * width, 1, -width),
        SKEncodedOrigin.LeftTop => (0, width, 1),
        SKEncodedOrigin.RightTop => ((height - 1) * width, -width, 1),
        SKEncodedOrigin.RightBottom => ((width * height) - 1, -width, -1),
        SKEncodedOrigin.LeftBottom => (width - 1, width, -1),
        _ => (0, 1, width),
    };
}
