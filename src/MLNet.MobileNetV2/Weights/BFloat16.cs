namespace MLNet.MobileNetV2.Weights;

/// <summary>The upper halves of float32 values.</summary>
internal static class BFloat16
{
    /// <summary>Fills <paramref name="values"/> with as many values as there are halves.</summary>
    public static void ToSingle(ReadOnlySpan<ushort> upperHalves, Span<float> values)
    {
        for (int i = 0; i < upperHalves.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle((uint)upperHalves[i] << 16);
        }
    }
}
