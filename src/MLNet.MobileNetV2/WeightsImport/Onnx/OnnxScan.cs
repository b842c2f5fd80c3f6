namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>
/// Counts messages before a parser makes objects of them: a file of a few megabytes can hold millions of empty ones. Nothing is allocated,
/// and the messages of ONNX that are parsed do not nest in themselves.
/// </summary>
internal sealed class OnnxScan
{
    /// <summary>Far more than any network needs that has MobileNetV2 within it.</summary>
    public const int MaxNodes = 20_000;

    public const int MaxMessages = 200_000;
    public const int MaxFields = 1_000_000;

    /// <summary>The most values of float16 or bfloat16 that are not raw bytes; wide networks have 6 million weights.</summary>
    public const int MaxShortValues = 16_000_000;

    private readonly string _source;
    private long _nodes;
    private long _messages;
    private long _fields;
    private long _shortValues;

    private OnnxScan(string source) => _source = source;

    /// <exception cref="WeightsFormatException">The file is not a well-formed message, or has too much in it.</exception>
    public static void Check(string source, ReadOnlySpan<byte> file) => new OnnxScan(source).Scan(file, OnnxMessage.Model);

    /// <summary>Whether the first fields of a file, up to the graph, are those of an ONNX model.</summary>
    public static bool StartsAsModel(ReadOnlySpan<byte> file)
    {
        var cursor = new ProtoCursor(file);
        bool hasVersion = cursor.TryReadTag(out int field, out ProtoWireType type)
            && (field, type) == (1, ProtoWireType.Varint)
            && cursor.TryReadVarint(out ulong version)
            && version is >= 1 and <= 1000;
        if (!hasVersion)
        {
            return false;
        }

        for (int i = 0; i < MaxMessages && cursor.TryReadTag(out field, out type) && type == ModelFieldType(field); i++)
        {
            if (field == 7)
            {
                return true;
            }

            if (!cursor.TrySkip(type))
            {
                return false;
            }
        }

        return false;
    }

    private static ProtoWireType? ModelFieldType(int field) => field switch
    {
        5 => ProtoWireType.Varint,
        2 or 3 or 4 or 6 or 7 or 8 or 14 or 20 or 25 or 26 => ProtoWireType.Bytes,
        _ => null,
    };

    private void Scan(ReadOnlySpan<byte> message, OnnxMessage kind)
    {
        var cursor = new ProtoCursor(message);
        while (!cursor.IsAtEnd)
        {
            Count(ref _fields, 1, MaxFields, "fields");
            ReadOnlySpan<byte> value = default;
            bool isRead = cursor.TryReadTag(out int field, out ProtoWireType type)
                && (type == ProtoWireType.Bytes ? cursor.TryReadBytes(out value) : cursor.TrySkip(type));
            if (!isRead)
            {
                throw new WeightsFormatException(_source, $"it is damaged: a field of an ONNX message ({kind}) does not fit into it.");
            }

            if (type == ProtoWireType.Bytes)
            {
                Enter(value, kind, field);
            }
        }
    }

    private void Enter(ReadOnlySpan<byte> value, OnnxMessage kind, int field)
    {
        if (Nested(kind, field) is { } nested)
        {
            Count(ref _messages, 1, MaxMessages, "messages");
            if (nested == OnnxMessage.Node)
            {
                Count(ref _nodes, 1, MaxNodes, "nodes");
            }

            Scan(value, nested);
        }
        else if ((kind, field) is (OnnxMessage.Tensor, 5))
        {
            Count(ref _shortValues, CountVarints(value), MaxShortValues, "values of 32 bits or fewer");
        }
        else if ((kind, field) is (OnnxMessage.Tensor, 1 or 7) or (OnnxMessage.Attribute, 8))
        {
            Count(ref _fields, CountVarints(value), MaxFields, "fields");
        }
    }

    private static OnnxMessage? Nested(OnnxMessage kind, int field) => (kind, field) switch
    {
        (OnnxMessage.Model, 7) => OnnxMessage.Graph,
        (OnnxMessage.Model, 8) => OnnxMessage.OperatorSet,
        (OnnxMessage.Model, 14) => OnnxMessage.Entry,
        (OnnxMessage.Graph, 1) => OnnxMessage.Node,
        (OnnxMessage.Graph, 5) => OnnxMessage.Tensor,
        (OnnxMessage.Graph, 11 or 12 or 13) => OnnxMessage.Value,
        (OnnxMessage.Node, 5) => OnnxMessage.Attribute,
        (OnnxMessage.Attribute, 5) => OnnxMessage.Tensor,
        (OnnxMessage.Tensor, 13) => OnnxMessage.Entry,
        (OnnxMessage.Value, 2) => OnnxMessage.Type,
        (OnnxMessage.Type, 1) => OnnxMessage.TensorType,
        (OnnxMessage.TensorType, 2) => OnnxMessage.Shape,
        (OnnxMessage.Shape, 1) => OnnxMessage.Dimension,
        _ => null,
    };

    // Every number ends with the one of its bytes that is below 128.
    private static int CountVarints(ReadOnlySpan<byte> packed)
    {
        int count = 0;
        foreach (byte value in packed)
        {
            count += value < 0x80 ? 1 : 0;
        }

        return count;
    }

    private void Count(ref long counter, long more, long most, string what)
    {
        counter += more;
        if (counter > most)
        {
            throw new WeightsFormatException(_source, $"it has more than {most:N0} {what}, which no MobileNetV2 needs.");
        }
    }
}

/// <summary>The messages of an ONNX file that are parsed.</summary>
internal enum OnnxMessage
{
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    TensorType,
    Shape,
    Dimension,
    Entry,
    OperatorSet,
}
