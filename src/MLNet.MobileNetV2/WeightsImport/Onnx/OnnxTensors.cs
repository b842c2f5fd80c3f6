using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.Weights;
using DataType = MLNet.MobileNetV2.OnnxSchema.TensorProto.Types.DataType;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>Reads ONNX tensors that stand in the file: as raw bytes or as numbers, of each type that weights are kept in.</summary>
internal static class OnnxTensors
{
    private const int MaxRank = 8;

    /// <summary>A tensor as a constant. Its values are checked when they are read.</summary>
    /// <exception cref="WeightsFormatException">Its shape is impossible, or its values are in another file.</exception>
    public static OnnxConstant Constant(string source, TensorProto tensor)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0)
        {
            throw Error(source, tensor, "its values are in another file (external data); a file with its values in it is allowed.");
        }

        if (tensor.Dims.Count > MaxRank)
        {
            throw Error(source, tensor, $"it has {tensor.Dims.Count} dimensions; up to {MaxRank} are allowed.");
        }

        int[] shape = [.. tensor.Dims.Select(dimension => (int)Math.Clamp(dimension, -1, int.MaxValue))];
        if (TensorShape.Count(shape) is null)
        {
            throw Error(source, tensor, $"its shape [{string.Join(", ", tensor.Dims)}] is not possible.");
        }

        return new(tensor.Name, shape, () => Values(source, tensor, shape), () => Integers(source, tensor, shape));
    }

    private static float[] Values(string source, TensorProto tensor, int[] shape)
    {
        switch ((DataType)tensor.DataType)
        {
            case DataType.Float:
                return Read<float>(source, tensor, shape, tensor.FloatData);
            case DataType.Double:
                return Converted<double>(Read<double>(source, tensor, shape, tensor.DoubleData), TensorPrimitives.ConvertTruncating);
            case DataType.Float16:
                return Converted<Half>(ReadShorts<Half>(source, tensor, shape), TensorPrimitives.ConvertTruncating);
            case DataType.Bfloat16:
                return Converted<ushort>(ReadShorts<ushort>(source, tensor, shape), BFloat16.ToSingle);
            default:
                throw Error(
                    source,
                    tensor,
                    $"its element type has the number {tensor.DataType}; "
                    + "float (1), float16 (10), double (11) and bfloat16 (16) are allowed.");
        }
    }

    private static long[] Integers(string source, TensorProto tensor, int[] shape) => (DataType)tensor.DataType switch
    {
        DataType.Int64 => Read<long>(source, tensor, shape, tensor.Int64Data),
        DataType.Int32 => [.. Read<int>(source, tensor, shape, tensor.Int32Data)],
        _ => throw Error(
            source, tensor, $"its element type has the number {tensor.DataType}; int32 (6) and int64 (7) are allowed here."),
    };

    private static T[] Read<T>(string source, TensorProto tensor, int[] shape, RepeatedField<T> numbers)
        where T : unmanaged
    {
        int count = TensorShape.Count(shape) ?? 0;
        return !tensor.HasRawData && numbers.Count == count ? [.. numbers] : ReadRaw<T>(source, tensor, count, numbers.Count);
    }

    private static T[] ReadShorts<T>(string source, TensorProto tensor, int[] shape)
        where T : unmanaged
    {
        int count = TensorShape.Count(shape) ?? 0;
        if (tensor.HasRawData || tensor.Int32Data.Count != count)
        {
            return ReadRaw<T>(source, tensor, count, tensor.Int32Data.Count);
        }

        ushort[] bits = [.. tensor.Int32Data.Select(value => unchecked((ushort)value))];
        return MemoryMarshal.Cast<ushort, T>(bits).ToArray();
    }

    private static T[] ReadRaw<T>(string source, TensorProto tensor, int count, int numbers)
        where T : unmanaged
    {
        ReadOnlySpan<byte> raw = tensor.RawData.Span;
        int size = Marshal.SizeOf<T>();
        string shape = $"shape [{string.Join(", ", tensor.Dims)}]";
        return raw.Length == (long)count * size && numbers == 0
            ? MemoryMarshal.Cast<byte, T>(raw).ToArray()
            : throw Error(
                source,
                tensor,
                $"it has {raw.Length} bytes and {numbers} numbers; its {shape} needs {(long)count * size} bytes or {count} numbers.");
    }

    private delegate void Conversion<T>(ReadOnlySpan<T> values, Span<float> converted);

    private static float[] Converted<T>(T[] values, Conversion<T> convert)
    {
        float[] converted = new float[values.Length];
        convert(values, converted);
        return converted;
    }

    private static WeightsFormatException Error(string source, TensorProto tensor, string reason) =>
        new(source, $"the tensor '{tensor.Name}': {reason}");
}
