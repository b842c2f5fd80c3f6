using System.Security.Cryptography;
using System.Text.Json;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.WeightsImport.TfJs;

/// <summary>
/// Reads the float32 tensors of a TF.js graph or layers model: <c>model.json</c> with its weight manifest, and the shards beside it.
/// Tensors stored as uint8, uint16 or float16 are dequantised; other types are skipped.
/// </summary>
internal static class TfJsReader
{
    private const string Manifest = "weightsManifest";
    private const int MaxManifestLength = 16 * 1024 * 1024;
    private const int MaxShardLength = 64 * 1024 * 1024;
    private const int MaxRank = 8;

    // uint8 grows fourfold, so both the stored bytes and the values are limited.
    private const int MaxLength = 256 * 1024 * 1024;

    // A zero byte is among the first eight of a safetensors file, whose first one may be any.
    private const int ProbeLength = 8;

    private static readonly JsonDocumentOptions s_json = new() { AllowDuplicateProperties = false };

    /// <summary>Whether a file begins as a JSON object does.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> file) =>
        file.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] && !file[..Math.Min(file.Length, ProbeLength)].Contains((byte)0);

    /// <summary>Reads a whole model.</summary>
    /// <inheritdoc cref="Read(string, ReadOnlyMemory{byte})" path="/exception"/>
    public static TfJsFile Read(string modelPath) => Read(modelPath, BoundedFile.Read(modelPath, MaxManifestLength));

    /// <summary>Reads a whole model.</summary>
    /// <param name="modelPath">The path of <c>model.json</c>, in whose folder the shards are.</param>
    /// <param name="model">Its bytes.</param>
    /// <exception cref="WeightsFormatException">A file is missing, damaged or of another length than the manifest says.</exception>
    public static TfJsFile Read(string modelPath, ReadOnlyMemory<byte> model)
    {
        if (model.Length > MaxManifestLength)
        {
            throw new WeightsFormatException(
                modelPath, $"it has {model.Length:N0} bytes; a TF.js model may have up to {MaxManifestLength:N0}.");
        }

        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(model.Span);
        (long stored, long values) = (0, 0);
        int? side = null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(model, s_json);
            if (!json.RootElement.TryGetProperty(Manifest, out JsonElement groups))
            {
                throw new WeightsFormatException(modelPath, $"it is JSON without the '{Manifest}' of a TF.js model.");
            }

            side = TfJsTopology.Side(modelPath, json.RootElement);
            foreach (JsonElement group in groups.EnumerateArray())
            {
                ReadOnlySpan<byte> data = ReadShards(modelPath, group.GetProperty("paths"), MaxLength - stored, hash);
                stored += data.Length;
                values += ReadGroup(modelPath, group, data, (MaxLength / sizeof(float)) - values, tensors);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new WeightsFormatException(modelPath, $"its weight manifest is not as TF.js writes it: {e.Message}", e);
        }

        return new(tensors, Convert.ToHexStringLower(hash.GetHashAndReset()), side);
    }

    private static long ReadGroup(
        string modelPath, JsonElement group, ReadOnlySpan<byte> data, long maxValues, Dictionary<string, WeightTensor> tensors)
    {
        long values = 0;
        foreach (JsonElement weight in group.GetProperty("weights").EnumerateArray())
        {
            TfJsEntry entry = TfJsEntry.Read(modelPath, weight, MaxRank, data.Length);
            if (entry.IsSingle)
            {
                values += entry.Count;
                if (values > maxValues)
                {
                    throw new WeightsFormatException(modelPath, $"its tensors have more than {MaxLength / sizeof(float):N0} values.");
                }

                if (!tensors.TryAdd(entry.Name, new(entry.Shape, entry.ToSingle(modelPath, data[..entry.Length]))))
                {
                    throw new WeightsFormatException(modelPath, $"the tensor '{entry.Name}' appears twice.");
                }
            }

            data = data[entry.Length..];
        }

        return data.Length == 0 ? values : throw new WeightsFormatException(
            modelPath, $"its shards have {data.Length} bytes more than their tensors.");
    }

    private static ReadOnlySpan<byte> ReadShards(string modelPath, JsonElement paths, long maxLength, IncrementalHash hash)
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

            byte[] bytes = BoundedFile.Read(shard, MaxShardLength);
            if (group.Length + bytes.Length > maxLength)
            {
                throw new WeightsFormatException(modelPath, $"its shards have more than {MaxLength:N0} bytes.");
            }

            hash.AppendData(bytes);
            group.Write(bytes);
        }

        return group.GetBuffer().AsSpan(0, (int)group.Length);
    }
}

/// <summary>
/// The content of a TF.js model: the float32 tensors in TensorFlow's layouts, the SHA-256 of <c>model.json</c> and its shards in the
/// manifest's order, and the side of the image that a layers model states.
/// </summary>
internal sealed record TfJsFile(IReadOnlyDictionary<string, WeightTensor> Tensors, string Sha256, int? Side);
