using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.MobileNetV2.Images;

/// <summary>Resizes a part of an image with the antialiased triangle filter, once in each direction.</summary>
/// <remarks>
/// The sums are kept in float32 between the two directions and rounded once, to the nearest byte. The channels are
/// blended alike, so their order does not matter, but transparent pixels must have been composited before.
/// </remarks>
internal static class TriangleResampler
{
    private const int Lanes = 4;

    /// <summary>Resizes a square of an image of four bytes a pixel, row-major without gaps, to size x size pixels.</summary>
    public static void Resize(ReadOnlySpan<byte> source, int width, int height, CropBox box, int size, Span<byte> destination) =>
        Resize(source, width, height, Lanes, box, size, size, destination);

    /// <summary>
    /// Resizes a rectangle of an image of three or four bytes a pixel, row-major without gaps, to any size. The result has four bytes a
    /// pixel; of three channels the fourth is undefined.
    /// </summary>
    public static void Resize(
        ReadOnlySpan<byte> source, int width, int height, int channels, CropBox box, int newWidth, int newHeight, Span<byte> destination)
    {
        using var columns = new TriangleFilter(width, box.Left, box.Width, newWidth);
        using var rows = new TriangleFilter(height, box.Top, box.Height, newHeight);
        int stride = width * channels;
        int sumLength = (columns.End - columns.First) * channels;

        // The last pixel of three channels is loaded with one value more.
        float[] buffer = ArrayPool<float>.Shared.Rent(sumLength + Lanes - channels);
        Span<float> sum = buffer.AsSpan(0, sumLength);
        Span<uint> pixels = MemoryMarshal.Cast<byte, uint>(destination);

        // Rows first: the sum of a few contiguous rows runs at full vector width, and one row of sums is all that is kept.
        for (int y = 0; y < newHeight; y++)
        {
            ReadOnlySpan<byte> first = source[((rows.Start(y) * stride) + (columns.First * channels))..];
            BlendRows(first, stride, rows.Weights(y), sum);
            BlendColumns(buffer, channels, columns, pixels.Slice(y * newWidth, newWidth));
        }

        ArrayPool<float>.Shared.Return(buffer);
    }

    // Inlined into a caller, a loop like these exhausts the JIT's budget for inlining, and its own vector calls become real ones.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BlendRows(ReadOnlySpan<byte> source, int stride, ReadOnlySpan<float> weights, Span<float> sum)
    {
        int quarter = Vector<float>.Count;
        int index = 0;
        for (; index <= sum.Length - Vector<byte>.Count; index += Vector<byte>.Count)
        {
            Vector<float> sum0 = Vector<float>.Zero, sum1 = Vector<float>.Zero, sum2 = Vector<float>.Zero, sum3 = Vector<float>.Zero;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                var bytes = new Vector<byte>(source[((tap * stride) + index)..]);
                Vector.Widen(bytes, out Vector<ushort> low, out Vector<ushort> high);
                Vector.Widen(low, out Vector<uint> part0, out Vector<uint> part1);
                Vector.Widen(high, out Vector<uint> part2, out Vector<uint> part3);
                var weight = new Vector<float>(weights[tap]);
                sum0 = Vector.MultiplyAddEstimate(Vector.ConvertToSingle(Vector.AsVectorInt32(part0)), weight, sum0);
                sum1 = Vector.MultiplyAddEstimate(Vector.ConvertToSingle(Vector.AsVectorInt32(part1)), weight, sum1);
                sum2 = Vector.MultiplyAddEstimate(Vector.ConvertToSingle(Vector.AsVectorInt32(part2)), weight, sum2);
                sum3 = Vector.MultiplyAddEstimate(Vector.ConvertToSingle(Vector.AsVectorInt32(part3)), weight, sum3);
            }

            Span<float> target = sum.Slice(index, Vector<byte>.Count);
            sum0.CopyTo(target);
            sum1.CopyTo(target[quarter..]);
            sum2.CopyTo(target[(2 * quarter)..]);
            sum3.CopyTo(target[(3 * quarter)..]);
        }

        for (; index < sum.Length; index++)
        {
            float value = 0;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                value += weights[tap] * source[(tap * stride) + index];
            }

            sum[index] = value;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BlendColumns(ReadOnlySpan<float> row, int channels, TriangleFilter columns, Span<uint> pixels)
    {
        for (int x = 0; x < pixels.Length; x++)
        {
            ReadOnlySpan<float> weights = columns.Weights(x);
            ReadOnlySpan<float> taps = row[((columns.Start(x) - columns.First) * channels)..];
            Vector128<float> sum = Vector128<float>.Zero;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                sum = Vector128.MultiplyAddEstimate(Vector128.Create(taps[(tap * channels)..]), Vector128.Create(weights[tap]), sum);
            }

            // The weights are positive with sum 1: no value leaves 0..255 by more than a rounding error.
            Vector128<uint> rounded = Vector128.ConvertToInt32(sum + Vector128.Create(0.5f)).AsUInt32();
            Vector128<ushort> narrow = Vector128.Narrow(rounded, rounded);
            pixels[x] = Vector128.Narrow(narrow, narrow).AsUInt32().ToScalar();
        }
    }
}
