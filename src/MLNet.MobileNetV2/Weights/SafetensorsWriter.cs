using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MLNet.MobileNetV2.Weights;

/// <summary>Writes safetensors files: the same tensors and metadata always give the same bytes.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes tensors and metadata, both in the ordinal order of their names, to a stream that stays open. F16 rounds.</summary>
    /// <exception cref="ArgumentException">The type is not written, or a value does not fit into F16.</exception>
    public static void Write(
        Stream stream,
        IReadOnlyDictionary<string, WeightTensor> tensors,
        IReadOnlyDictionary<string, string> metadata,
        SafetensorsType type)
    {
        if (type is not (SafetensorsType.F32 or SafetensorsType.F16))
        {
            throw new ArgumentException($"The type is {type}; F32 and F16 are written.", nameof(type));
        }

        KeyValuePair<string, WeightTensor>[] ordered = [.. tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal)];
        ReadOnlySpan<byte> header = Header(ordered, metadata, type);
        int padding = -header.Length & (Alignment - 1);
        Span<byte> length = stackalloc byte[SafetensorsHeader.LengthSize];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)(header.Length + padding));
        stream.Write(length);
        stream.Write(header);
        stream.Write("       "u8[..padding]);
        foreach ((string name, WeightTensor tensor) in ordered)
        {
            if (type == SafetensorsType.F32)
            {
                stream.Write(MemoryMarshal.AsBytes(tensor.Values.Span));
            }
            else
            {
                stream.Write(MemoryMarshal.AsBytes<Half>(ToHalf(name, tensor.Values.Span)));
            }
        }
    }

    private static ReadOnlySpan<byte> Header(
        KeyValuePair<string, WeightTensor>[] tensors, IReadOnlyDictionary<string, string> metadata, SafetensorsType type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        if (metadata.Count > 0)
        {
            json.WriteStartObject(SafetensorsHeader.Metadata);
            foreach ((string key, string text) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, text);
            }

            json.WriteEndObject();
        }

        long position = 0;
        foreach ((string name, WeightTensor tensor) in tensors)
        {
            json.WriteStartObject(name);
            json.WriteString(SafetensorsHeader.Type, type.ToString());
            WriteNumbers(json, SafetensorsHeader.Shape, tensor.Shape.Select(dimension => (long)dimension));
            long end = position + ((long)tensor.Values.Length * SafetensorsHeader.SizeOf(type));
            WriteNumbers(json, SafetensorsHeader.Offsets, [position, end]);
            json.WriteEndObject();
            position = end;
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static Half[] ToHalf(string name, ReadOnlySpan<float> values)
    {
        var halves = new Half[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            halves[i] = (Half)values[i];
            if (Half.IsInfinity(halves[i]) && float.IsFinite(values[i]))
            {
                throw new ArgumentException($"The tensor '{name}' holds {values[i]}; F16 goes up to {(float)Half.MaxValue}.");
            }
        }

        return halves;
    }
}
