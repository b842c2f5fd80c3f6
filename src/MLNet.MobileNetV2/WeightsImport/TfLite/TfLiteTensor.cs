using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>One tensor of a TFLite graph: its shape, and its values as float32 where the file holds them.</summary>
internal readonly struct TfLiteTensor(int index, FlatTable table, FlatTable buffer)
{
    private const int MaxRank = 8;

    // Indices of fields in TensorFlow Lite's schema.fbs.
    private const int ShapeField = 0;
    private const int TypeField = 1;
    private const int QuantizationField = 4;
    private const int ShapeSignatureField = 7;
    private const int BufferDataField = 0;

    public int[] Shape() => Dimensions(ShapeField);

    /// <summary>Height and width of a tensor that takes images; null where the graph leaves them open (-1 in the signature).</summary>
    public (long? Height, long? Width) ImageSides()
    {
        int[] shape = Shape();
        int[] signature = Dimensions(ShapeSignatureField);
        return shape is [_, var height, var width, 3]
            ? (signature is [_, -1, _, _] ? null : height, signature is [_, _, -1, _] ? null : width)
            : throw Error($"it has shape {TensorShape.Show(shape)}; an image of shape [1, side, side, 3] is allowed.");
    }

    /// <summary>Mean and deviation, on the scale 0..255, of a tensor that takes images as integers; null where it takes floats.</summary>
    public (float Mean, float Std)? ImageNormalization()
    {
        // int8 images are those of uint8 less 128.
        int? shift = (TfLiteTensorType)table.Byte(TypeField) switch
        {
            TfLiteTensorType.UInt8 => 0,
            TfLiteTensorType.Int8 => 128,
            _ => null,
        };
        if (shift is null || table.Table(QuantizationField) is not { } quantization)
        {
            return null;
        }

        (double scale, long zeroPoint) = TfLiteQuantization.Read(this, quantization, channels: 1, channelAxis: 0).Single();
        (float mean, float std) = ((float)(zeroPoint + shift.Value), (float)(1 / scale));
        return std > 0 && float.IsFinite(std) ? (mean, std) : throw Error($"its scale is {scale}; a number above 0 is allowed.");
    }

    /// <summary>The values that the tensor can hold, as it is stored in one byte; null where it is not quantised so.</summary>
    public OutputLimits? Range()
    {
        (int Least, int Greatest)? stored = (TfLiteTensorType)table.Byte(TypeField) switch
        {
            TfLiteTensorType.UInt8 => (byte.MinValue, byte.MaxValue),
            TfLiteTensorType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            _ => null,
        };
        if (stored is not (int lowest, int highest) || table.Table(QuantizationField) is not { } quantization)
        {
            return null;
        }

        (double scale, long zeroPoint) = TfLiteQuantization.Read(this, quantization, channels: 1, channelAxis: 0).Single();
        var range = new OutputLimits((float)((lowest - zeroPoint) * scale), (float)((highest - zeroPoint) * scale));
        return float.IsFinite(range.Least) && float.IsFinite(range.Greatest) && range.Least < range.Greatest
            ? range
            : throw Error($"its scale is {scale}; a number above 0 is allowed.");
    }

    private int[] Dimensions(int field)
    {
        FlatVector shape = table.Vector(field, sizeof(int));
        if (shape.Count > MaxRank)
        {
            throw Error($"it has {shape.Count} dimensions; up to {MaxRank} are allowed.");
        }

        int[] dimensions = new int[shape.Count];
        for (int i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = shape.Int32(i);
        }

        return dimensions;
    }

    /// <summary>The int32 values of a constant that is not a weight.</summary>
    public int[] Int32Values(int count)
    {
        ReadOnlySpan<byte> data = Data(TfLiteTensorType.Int32, count);
        return MemoryMarshal.Cast<byte, int>(data).ToArray();
    }

    /// <summary>The values in the file's order: (stored - zero point) x scale, or as stored for floats.</summary>
    /// <param name="shape">The shape that the tensor must have.</param>
    /// <param name="channelAxis">The dimension along which scales may differ: the first or the last.</param>
    public float[] Values(ReadOnlySpan<int> shape, int channelAxis)
    {
        int[] found = Shape();
        if (!shape.SequenceEqual(found))
        {
            throw Error($"its shape is {TensorShape.Show(found)}; MobileNetV2 needs {TensorShape.Show(shape.ToArray())}.");
        }

        // The shape is the network's own, or a classifier's, whose number of classes the data's length confirms.
        int count = TensorShape.Count(found) ?? throw Error($"its shape {TensorShape.Show(found)} is not possible.");
        var type = (TfLiteTensorType)table.Byte(TypeField);
        ReadOnlySpan<byte> data = Data(type, count);
        float[] values = new float[count];
        switch (type)
        {
            case TfLiteTensorType.Float32:
                data.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
                return values;
            case TfLiteTensorType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(data), values);
                return values;
        }

        TfLiteQuantization quantization = TfLiteQuantization.Read(this, table.Table(QuantizationField), found[channelAxis], channelAxis);
        int channelStride = channelAxis == 0 ? count / found[0] : 1;
        quantization.Dequantize(type, data, values, found[channelAxis], channelStride);
        return values;
    }

    public WeightsFormatException Error(string reason) => table.Buffer.Error($"tensor {index}: {reason}");

    private ReadOnlySpan<byte> Data(TfLiteTensorType type, int count)
    {
        int size = type switch
        {
            TfLiteTensorType.Float32 or TfLiteTensorType.Int32 => sizeof(int),
            TfLiteTensorType.Float16 => sizeof(ushort),
            TfLiteTensorType.UInt8 or TfLiteTensorType.Int8 => sizeof(byte),
            _ => throw Error(
                $"its type has the number {(int)type}; float32 (0), float16 (1), int32 (2), uint8 (3) and int8 (9) are allowed."),
        };
        if ((TfLiteTensorType)table.Byte(TypeField) != type)
        {
            throw Error($"its type has the number {table.Byte(TypeField)}; {type} ({(int)type}) is needed.");
        }

        ReadOnlySpan<byte> data = buffer.Vector(BufferDataField, sizeof(byte)).Bytes;
        return data.Length == (long)count * size
            ? data
            : throw Error($"it has {data.Length} bytes; {count} values of {type} have {(long)count * size}.");
    }
}

/// <summary>The element types that are read, with their numbers in the TFLite schema.</summary>
internal enum TfLiteTensorType
{
    Float32 = 0,
    Float16 = 1,
    Int32 = 2,
    UInt8 = 3,
    Int8 = 9,
}
