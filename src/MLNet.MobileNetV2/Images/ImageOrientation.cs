using System.Runtime.InteropServices;
using SkiaSharp;

namespace MLNet.MobileNetV2.Images;

/// <summary>Turns a square picture upright by its EXIF orientation.</summary>
internal static class ImageOrientation
{
    /// <summary>Copies the pixels of a square into their upright places.</summary>
    /// <param name="source">The square as it is stored, four bytes a pixel.</param>
    /// <param name="size">Its side in pixels.</param>
    /// <param name="origin">Where the stored first row and column lie in the upright picture.</param>
    /// <param name="destination">The upright square; another buffer than the source.</param>
    public static void Apply(ReadOnlySpan<byte> source, int size, SKEncodedOrigin origin, Span<byte> destination)
    {
        ReadOnlySpan<uint> stored = MemoryMarshal.Cast<byte, uint>(source);
        Span<uint> upright = MemoryMarshal.Cast<byte, uint>(destination);
        int last = size - 1;
        (int start, int stepX, int stepY) = origin switch
        {
            SKEncodedOrigin.TopRight => (last, -1, size),
            SKEncodedOrigin.BottomRight => (last * (size + 1), -1, -size),
            SKEncodedOrigin.BottomLeft => (last * size, 1, -size),
            SKEncodedOrigin.LeftTop => (0, size, 1),
            SKEncodedOrigin.RightTop => (last * size, -size, 1),
            SKEncodedOrigin.RightBottom => (last * (size + 1), -size, -1),
            SKEncodedOrigin.LeftBottom => (last, size, -1),
            _ => (0, 1, size),
        };

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
}
