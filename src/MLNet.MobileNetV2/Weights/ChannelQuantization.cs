namespace MLNet.MobileNetV2.Weights;

/// <summary>
/// Tensors as int8 values and a scale for each output channel, which is their first dimension: a value is the integer times the scale.
/// </summary>
internal static class ChannelQuantization
{
    /// <summary>The greatest integer; the least is its negative, so that zero stays zero.</summary>
    public const int Limit = sbyte.MaxValue;

    /// <summary>What the name of the tensor with the scales has after that of the integers.</summary>
    public const string ScaleSuffix = ".scale";

    /// <summary>Rounds each value to the nearest of the 255 of its channel, whose greatest is the greatest of the channel.</summary>
    /// <param name="name">The tensor's name, for messages.</param>
    /// <param name="tensor">A tensor of at least one dimension.</param>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static (sbyte[] Integers, float[] Scales) Quantize(string name, WeightTensor tensor)
    {
        ReadOnlySpan<float> values = tensor.Values.Span;
        sbyte[] integers = new sbyte[values.Length];
        float[] scales = new float[tensor.Shape[0]];
        int length = scales.Length == 0 ? 0 : values.Length / scales.Length;
        for (int channel = 0; channel < scales.Length; channel++)
        {
            ReadOnlySpan<float> row = values.Slice(channel * length, length);
            float greatest = 0;
            foreach (float value in row)
            {
                if (!float.IsFinite(value))
                {
                    throw new ArgumentException($"The tensor '{name}' holds {value}; I8 holds finite values.");
                }

                greatest = Math.Max(greatest, Math.Abs(value));
            }

            // A channel of zeros, or of values that no scale is small enough for, stays zeros.
            float scale = greatest / Limit;
            scale = scales[channel] = float.IsInfinity(scale * Limit) ? MathF.BitDecrement(scale) : scale;
            for (int i = 0; i < length && scale > 0; i++)
            {
                integers[(channel * length) + i] = (sbyte)Math.Clamp(MathF.Round(row[i] / scale), -Limit, Limit);
            }
        }

        return (integers, scales);
    }

    /// <summary>The values of integers, of which there are as many for each scale.</summary>
    public static float[] ToSingle(ReadOnlySpan<sbyte> integers, ReadOnlySpan<float> scales)
    {
        float[] values = new float[integers.Length];
        int length = scales.Length == 0 ? 0 : integers.Length / scales.Length;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = integers[i] * scales[i / length];
        }

        return values;
    }
}
