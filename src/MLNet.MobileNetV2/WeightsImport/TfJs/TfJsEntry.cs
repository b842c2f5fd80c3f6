using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.WeightsImport.TfJs;

/// <summary>
/// A TF.js weight manifest's entry for one tensor, checked against the bytes that are left. The length is in bytes of the shard.
/// </summary>
internal sealed record TfJsEntry(
    string Name, bool IsSingle, string? StoredType, JsonElement? Quantization, int[] Shape, int Count, int Length)
{
    public static TfJsEntry Read(string source, JsonElement json, int maxRank, int bytesLeft)
    {
        string name = json.GetProperty("name").GetString() ?? "";
        string? type = json.GetProperty("dtype").GetString();
        JsonElement? quantization = json.TryGetProperty("quantization", out JsonElement found) ? found : null;
        string? storedType = quantization?.GetProperty("dtype").GetString() ?? type;
        JsonElement dimensions = json.GetProperty("shape");
        if (dimensions.GetArrayLength() > maxRank)
        {
            throw new WeightsFormatException(
                source, $"the tensor '{name}' has {dimensions.GetArrayLength()} dimensions; up to {maxRank} are allowed.");
        }

        int[] shape = [.. dimensions.EnumerateArray().Select(dimension => dimension.GetInt32())];
        if (TfJsType.SizeOf(storedType) is not int size || TensorShape.Count(shape) is not int count || (long)count * size > bytesLeft)
        {
            throw new WeightsFormatException(
                source,
                $"the tensor '{name}' of type '{storedType}' and shape {TensorShape.Show(shape)} does not fit the {bytesLeft} bytes left.");
        }

        return new(name, type == TfJsType.Float32, storedType, quantization, shape, count, count * size);
    }

    public float[] ToSingle(string source, ReadOnlySpan<byte> data)
    {
        switch (StoredType)
        {
            case TfJsType.Float32 when Quantization is null:
                return MemoryMarshal.Cast<byte, float>(data).ToArray();
            case TfJsType.Float16 when Quantization is not null:
                float[] values = new float[Count];
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(data), values);
                return values;
            case TfJsType.UInt8 when Quantization is { } spec:
                return Dequantize(data, spec);
            case TfJsType.UInt16 when Quantization is { } spec:
                return Dequantize(MemoryMarshal.Cast<byte, ushort>(data), spec);
            default:
                throw new WeightsFormatException(
                    source,
                    $"the tensor '{Name}' is quantised to '{StoredType}'; "
                    + $"{TfJsType.UInt8}, {TfJsType.UInt16} and {TfJsType.Float16} are allowed.");
        }
    }

    private static float[] Dequantize<T>(ReadOnlySpan<T> stored, JsonElement quantization)
        where T : struct, IConvertible
    {
        double scale = quantization.GetProperty("scale").GetDouble();
        double minimum = quantization.GetProperty("min").GetDouble();
        float[] values = new float[stored.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)((stored[i].ToDouble(null) * scale) + minimum);
        }

        return values;
    }
}

/// <summary>Element types of a TF.js weight shard, as the manifest names them.</summary>
internal static class TfJsType
{
    public const string Float32 = "float32";
    public const string Float16 = "float16";
    public const string UInt8 = "uint8";
    public const string UInt16 = "uint16";

    /// <summary>Bytes of one element, or null for a type that has no fixed length or is not known.</summary>
    public static int? SizeOf(string? type) => type switch
    {
        Float32 or "int32" => sizeof(int),
        Float16 or UInt16 => sizeof(ushort),
        UInt8 or "bool" => sizeof(byte),
        _ => null,
    };
}
