using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MLNet.MobileNetV2.Weights;

/// <summary>
/// Reads safetensors files: F32, F16 and BF16 tensors, and I8 ones with their scales, all as float32, and the text metadata; I64 is
/// skipped.
/// </summary>
/// <remarks>
/// As the format demands, tensors cover the data without gaps or overlaps: memory stays within five times the file's length.
/// </remarks>
internal static class SafetensorsReader
{
    // The header is an object of objects with arrays.
    private static readonly JsonDocumentOptions s_json = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Whether a file begins as a safetensors file does.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> file) =>
        file.Length > SafetensorsHeader.LengthSize
        && file[SafetensorsHeader.LengthSize] == '{'
        && BinaryPrimitives.ReadUInt64LittleEndian(file) <= (ulong)(file.Length - SafetensorsHeader.LengthSize);

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="WeightsFormatException">The file is damaged or holds another type.</exception>
    public static SafetensorsFile Read(string source, ReadOnlyMemory<byte> file)
    {
        if (!Recognizes(file.Span))
        {
            throw new WeightsFormatException(source, "its safetensors header does not fit into the file.");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        if (length > SafetensorsHeader.MaxLength)
        {
            throw new WeightsFormatException(
                source, $"its safetensors header has {length:N0} bytes; up to {SafetensorsHeader.MaxLength:N0} are allowed.");
        }

        ReadOnlyMemory<byte> header = file.Slice(SafetensorsHeader.LengthSize, (int)length);
        ReadOnlySpan<byte> data = file.Span[(SafetensorsHeader.LengthSize + (int)length)..];
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        List<SafetensorsEntry> entries = ReadHeader(source, header, metadata);
        CheckCoverage(source, entries, data.Length);

        var tensors = new Dictionary<string, WeightTensor>(entries.Count, StringComparer.Ordinal);
        foreach (SafetensorsEntry entry in entries.Where(entry => entry.Type is not (SafetensorsType.I64 or SafetensorsType.I8)))
        {
            tensors.Add(entry.Name, new(entry.Shape, ToSingle(entry, Data(entry, data))));
        }

        SafetensorsEntry[] quantized = [.. entries.Where(entry => entry.Type == SafetensorsType.I8)];
        foreach (SafetensorsEntry entry in quantized)
        {
            ReadOnlySpan<float> scales = Scales(source, entry, tensors);
            tensors.Add(
                entry.Name,
                new(entry.Shape, ChannelQuantization.ToSingle(MemoryMarshal.Cast<byte, sbyte>(Data(entry, data)), scales)));
        }

        foreach (SafetensorsEntry entry in quantized)
        {
            tensors.Remove(entry.Name + ChannelQuantization.ScaleSuffix);
        }

        return new(tensors, metadata);
    }

    private static List<SafetensorsEntry> ReadHeader(string source, ReadOnlyMemory<byte> header, Dictionary<string, string> metadata)
    {
        var entries = new List<SafetensorsEntry>();
        try
        {
            using JsonDocument json = JsonDocument.Parse(header, s_json);
            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                if (property.NameEquals(SafetensorsHeader.Metadata))
                {
                    foreach (JsonProperty text in property.Value.EnumerateObject())
                    {
                        metadata.Add(text.Name, text.Value.GetString() ?? "");
                    }
                }
                else
                {
                    entries.Add(SafetensorsEntry.Read(source, property.Name, property.Value));
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new WeightsFormatException(source, $"its safetensors header is not as the format demands: {e.Message}", e);
        }

        return entries;
    }

    private static void CheckCoverage(string source, List<SafetensorsEntry> entries, int dataLength)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != end)
            {
                throw new WeightsFormatException(
                    source, $"the data of the tensor '{entry.Name}' begins at {entry.Begin}; the one before it ends at {end}.");
            }

            end = entry.End;
        }

        if (end != dataLength)
        {
            throw new WeightsFormatException(source, $"it has {dataLength} bytes of data; its tensors have {end}.");
        }
    }

    private static ReadOnlySpan<byte> Data(SafetensorsEntry entry, ReadOnlySpan<byte> data) => data[(int)entry.Begin..(int)entry.End];

    private static ReadOnlySpan<float> Scales(string source, SafetensorsEntry entry, Dictionary<string, WeightTensor> floats)
    {
        if (entry.Shape is not [int channels, ..])
        {
            throw new WeightsFormatException(source, $"the tensor '{entry.Name}' of type I8 has no dimensions; the first is its channels.");
        }

        string name = entry.Name + ChannelQuantization.ScaleSuffix;
        if (!floats.TryGetValue(name, out WeightTensor? scale) || !scale.Shape.SequenceEqual([channels]))
        {
            string found = scale is null ? "is missing" : $"has shape {TensorShape.Show(scale.Shape)}";
            throw new WeightsFormatException(
                source, $"the tensor '{name}' {found}; '{entry.Name}' of type I8 needs one of F32, F16 or BF16 of shape [{channels}].");
        }

        foreach (float value in scale.Values.Span)
        {
            if (!float.IsFinite(value) || value < 0)
            {
                throw new WeightsFormatException(
                    source, FormattableString.Invariant($"the tensor '{name}' holds {value}; scales must be finite and not negative."));
            }
        }

        return scale.Values.Span;
    }

    private static float[] ToSingle(SafetensorsEntry entry, ReadOnlySpan<byte> data)
    {
        float[] values = new float[entry.Count];
        switch (entry.Type)
        {
            case SafetensorsType.F32:
                data.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
                break;
            case SafetensorsType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(data), values);
                break;
            default:
                BFloat16.ToSingle(MemoryMarshal.Cast<byte, ushort>(data), values);
                break;
        }

        return values;
    }
}

/// <summary>The content of a safetensors file.</summary>
/// <param name="Tensors">The tensors by name, as float32.</param>
/// <param name="Metadata">The text map <c>__metadata__</c>, empty where there is none.</param>
internal sealed record SafetensorsFile(
    IReadOnlyDictionary<string, WeightTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);
