using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MLNet.MobileNetV2.Weights;

/// <summary>Writes safetensors files: the same tensors and metadata always give the same bytes.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    // A depthwise kernel has 9 values a channel: in float they take little, as integers they cost more accuracy than all other kernels.
    private const int LeastRounded = 16;

    /// <summary>
    /// Writes tensors and metadata, both in the ordinal order of their names, to a stream that stays open. F16 rounds, where small
    /// ones are kept only tensors of 16 and more values for each output channel; I8 rounds those as <see cref="ChannelQuantization"/> does,
    /// whose scales are F32. All other tensors are F32 and come first.
    /// </summary>
    /// <exception cref="ArgumentException">The type is not written, or a value does not fit into it.</exception>
    public static void Write(
        Stream stream,
        IReadOnlyDictionary<string, WeightTensor> tensors,
        IReadOnlyDictionary<string, string> metadata,
        SafetensorsType type,
        bool keepsSmall = false)
    {
        if (type is not (SafetensorsType.F32 or SafetensorsType.F16 or SafetensorsType.I8))
        {
            throw new ArgumentException($"The type is {type}; F32, F16 and I8 are written.", nameof(type));
        }

        // Wide elements first, so that all are aligned.
        WrittenTensor[] written =
        [
            .. tensors.SelectMany(tensor => Convert(tensors, tensor.Key, tensor.Value, type, keepsSmall))
                .OrderByDescending(tensor => SafetensorsHeader.SizeOf(tensor.Type)).ThenBy(tensor => tensor.Name, StringComparer.Ordinal),
        ];
        ReadOnlySpan<byte> header = Header(written, metadata);
        int padding = -header.Length & (Alignment - 1);
        Span<byte> length = stackalloc byte[SafetensorsHeader.LengthSize];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)(header.Length + padding));
        stream.Write(length);
        stream.Write(header);
        stream.Write("       "u8[..padding]);
        foreach (WrittenTensor tensor in written)
        {
            tensor.Write(stream);
        }
    }

    private static IEnumerable<WrittenTensor> Convert(
        IReadOnlyDictionary<string, WeightTensor> tensors, string name, WeightTensor tensor, SafetensorsType type, bool keepsSmall)
    {
        if (type == SafetensorsType.F16 && !(keepsSmall && IsSmall(tensor)))
        {
            return [new(name, type, tensor.Shape, stream => stream.Write(MemoryMarshal.AsBytes<Half>(ToHalf(name, tensor.Values.Span))))];
        }

        if (type != SafetensorsType.I8 || IsSmall(tensor))
        {
            return [Single(name, tensor)];
        }

        string scale = name + ChannelQuantization.ScaleSuffix;
        if (tensors.ContainsKey(scale))
        {
            throw new ArgumentException($"There is a tensor '{scale}', which is the name of the scales of '{name}' as I8.");
        }

        (sbyte[] integers, float[] scales) = ChannelQuantization.Quantize(name, tensor);
        return
        [
            new(name, type, tensor.Shape, stream => stream.Write(MemoryMarshal.AsBytes<sbyte>(integers))),
            Single(scale, new([scales.Length], scales)),
        ];
    }

    private static bool IsSmall(WeightTensor tensor) =>
        tensor.Shape.Count < 2 || tensor.Values.Length < LeastRounded * (long)tensor.Shape[0];

    private static WrittenTensor Single(string name, WeightTensor tensor) =>
        new(name, SafetensorsType.F32, tensor.Shape, stream => stream.Write(MemoryMarshal.AsBytes(tensor.Values.Span)));

    private static ReadOnlySpan<byte> Header(WrittenTensor[] tensors, IReadOnlyDictionary<string, string> metadata)
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
        foreach (WrittenTensor tensor in tensors)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString(SafetensorsHeader.Type, tensor.Type.ToString());
            WriteNumbers(json, SafetensorsHeader.Shape, tensor.Shape.Select(dimension => (long)dimension));
            long end = position + ((long)TensorShape.Count(tensor.Shape)! * SafetensorsHeader.SizeOf(tensor.Type));
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

    private sealed record WrittenTensor(string Name, SafetensorsType Type, IReadOnlyList<int> Shape, Action<Stream> Write);
}
