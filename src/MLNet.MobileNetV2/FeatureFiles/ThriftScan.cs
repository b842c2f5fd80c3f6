namespace MLNet.MobileNetV2.FeatureFiles;

/// <summary>
/// Walks a structure of Thrift's compact protocol, in which Parquet keeps its headers, without building it: lengths stay within the bytes,
/// nesting within a limit. What passes here can be given to a reader that trusts its input.
/// </summary>
/// <param name="bytes">Bytes that begin with the structure.</param>
internal ref struct ThriftScan(ReadOnlySpan<byte> bytes)
{
    // Parquet's own headers are six deep.
    private const int MaxDepth = 16;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>The numbers in the structure and in structures directly in it, by <see cref="Key"/>.</summary>
    public Dictionary<int, long> Numbers { get; } = [];

    /// <summary>The key of a field's number.</summary>
    /// <param name="field">The field.</param>
    /// <param name="parent">The field that holds its structure; 0 for the outermost.</param>
    public static int Key(int field, int parent = 0) => (parent << 16) | field;

    /// <summary>Walks the structure.</summary>
    /// <returns>Its length in bytes.</returns>
    /// <exception cref="InvalidDataException">It does not end within the bytes, or nests too deeply.</exception>
    public int Read()
    {
        Struct(depth: 1, parent: 0);
        return _position;
    }

    private void Struct(int depth, int parent)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidDataException($"a header nests structures more than {MaxDepth} deep.");
        }

        int field = 0;
        for (byte head = Byte(); (head & 0x0F) != 0; head = Byte())
        {
            field = head >> 4 == 0 ? (short)ZigZag(Varint()) : field + (head >> 4);
            int type = head & 0x0F;
            if (type is >= 3 and <= 6 && depth <= 2 && field is > 0 and <= short.MaxValue)
            {
                Numbers[Key(field, parent)] = type == 3 ? (sbyte)Byte() : ZigZag(Varint());
            }
            else
            {
                Value(type, depth, field);
            }
        }
    }

    private void Value(int type, int depth, int field)
    {
        switch (type)
        {
            case 1 or 2:
                break;
            case 3:
                Skip(1);
                break;
            case >= 4 and <= 6:
                Varint();
                break;
            case 7:
                Skip(sizeof(double));
                break;
            case 8:
                Skip(Varint());
                break;
            case 9 or 10:
                byte head = Byte();
                Items(head >> 4 == 15 ? Varint() : (ulong)(head >> 4), head & 0x0F, depth);
                break;
            case 11:
                ulong count = Varint();
                if (count > 0)
                {
                    throw new InvalidDataException("a header holds a map, which Parquet's headers do not.");
                }

                break;
            case 12:
                Struct(depth + 1, field);
                break;
            default:
                throw new InvalidDataException($"a header has a field of type {type}, which Thrift does not have.");
        }
    }

    private void Items(ulong count, int type, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidDataException($"a header nests lists more than {MaxDepth} deep.");
        }

        // An item takes a byte at least, a structure of no fields too.
        if (count > (ulong)(_bytes.Length - _position))
        {
            throw new InvalidDataException($"a header has a list of {count} items in {_bytes.Length - _position} bytes.");
        }

        for (ulong i = 0; i < count; i++)
        {
            if (type is 1 or 2)
            {
                Skip(1);
            }
            else
            {
                // Fields of structures in lists are nobody's numbers.
                Value(type, Math.Max(depth + 1, 2), field: 0);
            }
        }
    }

    private byte Byte() => _position < _bytes.Length ? _bytes[_position++] : throw Ended();

    private void Skip(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _position))
        {
            throw Ended();
        }

        _position += (int)count;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a header has a number of more than 64 bits.");
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static InvalidDataException Ended() => new("a header does not end where it should.");
}
