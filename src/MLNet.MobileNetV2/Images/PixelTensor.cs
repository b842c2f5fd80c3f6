using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.Images;

/// <summary>Turns pixels into the network's input: one plane of float32 values a channel.</summary>
internal static class PixelTensor
{
    /// <summary>
    /// Writes the three colour planes (channels, height, width), 0..255 each, of pixels of four bytes; alpha is left out.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    /// <remarks>Never inlined: callers exhaust the JIT's budget for inlining, and the vector calls here would become real ones.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Fill(ReadOnlySpan<byte> rgba, Span<float> planar, ImageChannelOrder order)
    {
        int count = rgba.Length / 4;
        if (rgba.Length % 4 != 0 || planar.Length != 3 * count)
        {
            throw new ArgumentException(
                $"{rgba.Length} bytes and {planar.Length} floats were given; an image of n pixels has 4n bytes and 3n floats.",
                nameof(planar));
        }

        ReadOnlySpan<uint> pixels = MemoryMarshal.Cast<byte, uint>(rgba);
        Span<float> red = planar.Slice(order == ImageChannelOrder.Rgb ? 0 : 2 * count, count);
        Span<float> green = planar.Slice(count, count);
        Span<float> blue = planar.Slice(order == ImageChannelOrder.Rgb ? 2 * count : 0, count);
        int index = 0;

        // Every platform that the library runs on is little-endian: red is the low byte of a pixel.
        for (; index <= count - Vector<uint>.Count; index += Vector<uint>.Count)
        {
            var pixel = new Vector<uint>(pixels[index..]);
            Channel(pixel).CopyTo(red[index..]);
            Channel(pixel >>> 8).CopyTo(green[index..]);
            Channel(pixel >>> 16).CopyTo(blue[index..]);
        }

        for (; index < count; index++)
        {
            red[index] = rgba[4 * index];
            green[index] = rgba[(4 * index) + 1];
            blue[index] = rgba[(4 * index) + 2];
        }
    }

    private static Vector<float> Channel(Vector<uint> pixel) =>
        Vector.ConvertToSingle(Vector.AsVectorInt32(pixel & new Vector<uint>(0xFF)));
}
