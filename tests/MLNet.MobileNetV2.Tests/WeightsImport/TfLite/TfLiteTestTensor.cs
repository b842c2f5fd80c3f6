namespace MLNet.MobileNetV2.Tests.WeightsImport.TfLite;

/// <summary>A tensor of a TFLite file that a test writes; a test may change it before.</summary>
internal sealed class TfLiteTestTensor(int[] shape, byte type, byte[]? data = null)
{
    public int[] Shape { get; set; } = shape;

    /// <summary>The shape with -1 where any size is allowed; null for none.</summary>
    public int[]? ShapeSignature { get; set; }

    public byte Type { get; set; } = type;

    public byte[]? Data { get; set; } = data;

    public float[]? Scales { get; set; }

    public long[]? ZeroPoints { get; set; }

    public int ScaleDimension { get; set; }

    /// <summary>The value of an element, computed as the format defines it.</summary>
    public double Value(int index, int channel)
    {
        double stored = Type switch
        {
            0 => (double)BitConverter.ToSingle(Data!, index * 4),
            2 => BitConverter.ToInt32(Data!, index * 4),
            3 => Data![index],
            9 => (sbyte)Data![index],
            _ => throw new NotSupportedException(),
        };
        int quantizedBy = Scales is { Length: > 1 } ? channel : 0;
        return Scales is null ? stored : (stored - (ZeroPoints?[quantizedBy] ?? 0)) * Scales[quantizedBy];
    }
}
