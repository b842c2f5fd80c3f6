using System.Runtime.InteropServices;
using System.Text.Json;

namespace MLNet.MobileNetV2.Weights.Formats;

/// <summary>
/// Reads the float32 tensors of a TF.js graph model: <c>model.json</c> with its weight manifest, and the shards beside it.
/// Tensors quantised to uint8 or uint16 are dequantised; other types are passed over.
/// </summary>
internal static class TfJsReader
{
    private const int MaxManifestLength = 16 * 1024 * 1024;
    private const int MaxShardLength = 64 * 1024 * 1024;
    private const int MaxGroupLength = 256 * 1024 * 1024;

    private static readonly JsonDocumentOptions s_json = new() { AllowDuplicateProperties = false };

    /// <summary>The tensors by the names of the manifest, in TensorFlow's layouts.</summary>
    /// <param name="modelPath">The path of <c>model.json</c>.</param>
    /// <exception cref="WeightsFormatException">A file is missing, damaged or of another length than the manifest says.</exception>
    public static IReadOnlyDictionary<string, WeightTensor> Read(string modelPath)
    {
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        try
        {
            using JsonDocument json = JsonDocument.Parse(BoundedFile.Read(modelPath, MaxManifestLength), s_json);
            foreach (JsonElement group in json.RootElement.GetProperty("weightsManifest").EnumerateArray())
            {
                ReadGroup(modelPath, group, tensors);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new WeightsFormatException(modelPath, $"its weight manifest is not as TF.js writes it: {e.Message}", e);
        }

        return tensors;
    }

    private static void ReadGroup(string modelPath, JsonElement group, Dictionary<string, WeightTensor> tensors)
    {
        ReadOnlySpan<byte> data = ReadShards(modelPath, group.GetProperty("paths"));
        foreach (JsonElement weight in group.GetProperty("weights").EnumerateArray())
        {
            string name = weight.GetProperty("name").GetString() ?? "";
            string? type = weight.GetProperty("dtype").GetString();
            JsonElement? quantization = weight.TryGetProperty("quantization", out JsonElement found) ? found : null;
            string? storedType = quantization?.GetProperty("dtype").GetString() ?? type;
            int[] shape = [.. weight.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt32())];
            if (TfJsType.SizeOf(storedType) is not int size || TensorShape.Count(shape) is not int count || (long)count * size > data.Length)
            {
                throw new WeightsFormatException(
                    modelPath,
                    $"the tensor '{name}' of type '{storedType}' and shape {TensorShape.Show(shape)} does not fit the {data.Length} bytes left.");
            }

            if (type == TfJsType.Float32 && !tensors.TryAdd(name, new(shape, ToSingle(modelPath, storedType, quantization, data[..(count * size)]))))
            {
                throw new WeightsFormatException(modelPath, $"the tensor '{name}' is there twice.");
            }

            data = data[(count * size)..];
        }

        if (data.Length > 0)
        {
            throw new WeightsFormatException(modelPath, $"its shards have {data.Length} bytes more than their tensors.");
        }
    }

    private static ReadOnlySpan<byte> ReadShards(string modelPath, JsonElement paths)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
        using var group = new MemoryStream();
        foreach (JsonElement path in paths.EnumerateArray())
        {
            string name = path.GetString() ?? "";
            if (name.AsSpan().ContainsAny("/\\:") || name is "" or "." or "..")
            {
                throw new WeightsFormatException(modelPath, $"its shard '{name}' is not a plain file name.");
            }

            string shard = Path.Combine(folder, name);
            if (!File.Exists(shard))
            {
                throw new WeightsFormatException(modelPath, $"its shard '{name}' is missing.");
            }

            group.Write(BoundedFile.Read(shard, MaxShardLength));
            if (group.Length > MaxGroupLength)
            {
                throw new WeightsFormatException(modelPath, $"its shards have more than {MaxGroupLength:N0} bytes.");
            }
        }

        return group.GetBuffer().AsSpan(0, (int)group.Length);
    }

    private static float[] ToSingle(string modelPath, string? storedType, JsonElement? quantization, ReadOnlySpan<byte> data)
    {
        switch (storedType)
        {
            case TfJsType.Float32 when quantization is null:
                return MemoryMarshal.Cast<byte, float>(data).ToArray();
            case TfJsType.UInt8 when quantization is { } spec:
                return Dequantize(data, spec);
            case TfJsType.UInt16 when quantization is { } spec:
                return Dequantize(MemoryMarshal.Cast<byte, ushort>(data), spec);
            default:
                throw new WeightsFormatException(modelPath, $"a tensor is quantised to '{storedType}'; uint8 and uint16 are allowed.");
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
