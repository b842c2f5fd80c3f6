namespace MLNet.MobileNetV2.Parquet;

/// <summary>
/// Walks a footer, a structure of Thrift's compact protocol, before Parquet.Net does: in a damaged one Parquet.Net reads past the end
/// without end, or recurses until the process dies of a stack overflow.
/// </summary>
internal ref struct FooterWalk(ReadOnlySpan<byte> bytes)
{
    // Parquet's own footers are six deep.
    private const int MaxDepth = 16;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <exception cref="InvalidDataException">The structure does not end within the bytes, or nests too deeply.</exception>
    public static void Check(ReadOnlySpan<byte> bytes) => new FooterWalk(bytes).Structure(depth: 1);

    private void Structure(int depth)
    {
        for (byte head = Byte(); (head & 0x0F) != 0; head = Byte())
        {
            if (head >> 4 == 0)
            {
                Varint();
            }

            Value(head & 0x0F, depth);
        }
    }

    private void Value(int type, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidDataException($"its footer nests more than {MaxDepth} deep.");
        }

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
            case 12:
                Structure(depth + 1);
                break;
            default:
                throw new InvalidDataException($"its footer has a field of type {type}, which Parquet's do not have.");
        }
    }

    private void Items(ulong count, int type, int depth)
    {
        // An item takes a byte at least, a structure of no fields too.
        if (count > (ulong)(_bytes.Length - _position))
        {
            throw new InvalidDataException($"its footer has a list of {count} items in {_bytes.Length - _position} bytes.");
        }

        for (ulong i = 0; i < count; i++)
        {
            if (type is 1 or 2)
            {
                Skip(1);
            }
            else
            {
                Value(type, depth + 1);
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

        throw new InvalidDataException("its footer has a number of more than 64 bits.");
    }

    private static InvalidDataException Ended() => new("its footer does not end where it should.");
}
