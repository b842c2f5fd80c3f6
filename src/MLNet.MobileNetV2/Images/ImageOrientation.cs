using System.Runtime.InteropServices;
using SkiaSharp;

namespace MLNet.MobileNetV2.Images;

/// <summary>Turns an image upright by its EXIF orientation.</summary>
internal static class ImageOrientation
{
    private const int RgbChannels = 3;

    /// <summary>Whether the upright image is as wide as the stored one is high.</summary>
    public static bool SwapsSides(SKEncodedOrigin origin) => origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop
        or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    /// <summary>Copies the pixels of a square into their upright places.</summary>
    /// <param name="source">The square as it is stored, four bytes a pixel.</param>
    /// <param name="size">Its side in pixels.</param>
    /// <param name="origin">Where the stored first row and column lie in the upright image.</param>
    /// <param name="destination">The upright square; another buffer than the source.</param>
    public static void Apply(ReadOnlySpan<byte> source, int size, SKEncodedOrigin origin, Span<byte> destination)
    {
        ReadOnlySpan<uint> stored = MemoryMarshal.Cast<byte, uint>(source);
        Span<uint> upright = MemoryMarshal.Cast<byte, uint>(destination);
        (int start, int stepX, int stepY) = Steps(size, size, origin);
        for (int y = 0; y < size; y++)
        {
            int from = start + (y * stepY);
            foreach (ref uint pixel in upright.Slice(y * size, size))
            {
                pixel = stored[from];
                from += stepX;
            }
        }
    }

    /// <summary>Copies the colours of an image of any size into their upright places, without alpha.</summary>
    /// <param name="source">The image as it is stored, four bytes a pixel.</param>
    /// <param name="width">Its stored width in pixels.</param>
    /// <param name="height">Its stored height in pixels.</param>
    /// <param name="origin">Where the stored first row and column lie in the upright image.</param>
    /// <param name="rgb">The upright image, three bytes a pixel.</param>
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
