namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>Walks the fields of one protobuf message of an untrusted file, without copies. ONNX has no groups: they are refused.</summary>
internal ref struct ProtoCursor(ReadOnlySpan<byte> message)
{
    private const int MaxVarintBytes = 10;
    private const ulong MaxFieldNumber = (1 << 29) - 1;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Whether all was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The number and the wire type of the next field.</summary>
    /// <returns>False where no well-formed one follows.</returns>
    public bool TryReadTag(out int field, out ProtoWireType type)
    {
        bool isRead = TryReadVarint(out ulong tag) && tag >> 3 is >= 1 and <= MaxFieldNumber;
        (field, type) = isRead ? ((int)(tag >> 3), (ProtoWireType)(tag & 7)) : default;
        return isRead;
    }

    /// <summary>A number of one to ten bytes.</summary>
    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < Math.Min(_rest.Length, MaxVarintBytes); i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>The value of a field whose length comes before it.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        bool isRead = TryReadVarint(out ulong length) && length <= (ulong)_rest.Length;
        bytes = isRead ? _rest[..(int)length] : default;
        _rest = isRead ? _rest[(int)length..] : default;
        return isRead;
    }

    public bool TrySkip(ProtoWireType type) => type switch
    {
        ProtoWireType.Varint => TryReadVarint(out _),
        ProtoWireType.Fixed64 => TrySkip(sizeof(ulong)),
        ProtoWireType.Bytes => TryReadBytes(out _),
        ProtoWireType.Fixed32 => TrySkip(sizeof(uint)),
        _ => false,
    };

    private bool TrySkip(int length)
    {
        bool isRead = length <= _rest.Length;
        _rest = isRead ? _rest[length..] : default;
        return isRead;
    }
}

/// <summary>How protobuf writes a field's value.</summary>
internal enum ProtoWireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
