using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.MobileNetV2.Images;

/// <summary>Resizes a square of a picture of four bytes a pixel with the antialiased triangle filter, once in each direction.</summary>
/// <remarks>
/// The sums are kept in float32 between the two directions and rounded once, to the nearest byte. The channels are
/// blended alike, so their order does not matter, but transparent pixels must have been composited before.
/// </remarks>
internal static class TriangleResampler
{
    private const int Channels = 4;

    /// <summary>Resizes the box to size x size pixels.</summary>
    /// <param name="source">The picture, row-major without gaps.</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="box">The square to keep, inside the picture.</param>
    /// <param name="size">Side of the result in pixels.</param>
    /// <param name="destination">The result, row-major: 4 * size * size bytes.</param>
    public static void Resize(ReadOnlySpan<byte> source, int width, int height, CropBox box, int size, Span<byte> destination)
    {
        using var columns = new TriangleFilter(width, box.Left, box.Side, size);
        using var rows = new TriangleFilter(height, box.Top, box.Side, size);
        int stride = width * Channels;
        int sumLength = (columns.End - columns.First) * Channels;
        float[] buffer = ArrayPool<float>.Shared.Rent(sumLength);
        Span<float> sum = buffer.AsSpan(0, sumLength);
        Span<uint> pixels = MemoryMarshal.Cast<byte, uint>(destination);

        // Rows first: the sum of a few contiguous rows runs at full vector width, and one row of sums is all that is kept.
        for (int y = 0; y < size; y++)
        {
            ReadOnlySpan<byte> first = source[((rows.Start(y) * stride) + (columns.First * Channels))..];
            BlendRows(first, stride, rows.Weights(y), sum);
            BlendColumns(sum, columns, pixels.Slice(y * size, size));
        }

        ArrayPool<float>.Shared.Return(buffer);
    }

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

    private static void BlendColumns(ReadOnlySpan<float> row, TriangleFilter columns, Span<uint> pixels)
    {
        for (int x = 0; x < pixels.Length; x++)
        {
            ReadOnlySpan<float> weights = columns.Weights(x);
            ReadOnlySpan<float> taps = row.Slice((columns.Start(x) - columns.First) * Channels, weights.Length * Channels);
            Vector128<float> sum = Vector128<float>.Zero;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                sum = Vector128.MultiplyAddEstimate(Vector128.Create(taps[(tap * Channels)..]), Vector128.Create(weights[tap]), sum);
            }

            // The weights are positive with sum 1: no value leaves 0..255 by more than a rounding error.
            Vector128<uint> rounded = Vector128.ConvertToInt32(sum + Vector128.Create(0.5f)).AsUInt32();
            Vector128<ushort> narrow = Vector128.Narrow(rounded, rounded);
            pixels[x] = Vector128.Narrow(narrow, narrow).AsUInt32().ToScalar();
        }
    }
}
