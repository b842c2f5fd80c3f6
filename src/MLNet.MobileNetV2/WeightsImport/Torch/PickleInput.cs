using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>Bytes from an untrusted source, read from front to back: every length is checked before it is followed.</summary>
internal sealed class PickleInput(string source, ReadOnlyMemory<byte> data)
{
    private int _position;

    public int Remaining => data.Length - _position;

    public byte Byte() => Bytes(sizeof(byte))[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(sizeof(ushort)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(sizeof(int)));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint)));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(sizeof(long)));

    /// <summary>The one number that pickles store in big-endian order.</summary>
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(sizeof(double)));

    public string Text(long length)
    {
        ReadOnlySpan<byte> text = Bytes(length);
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw Error("text in its pickle is not UTF-8.");
    }

    public string Latin1(long length) => Encoding.Latin1.GetString(Bytes(length));

    /// <summary>Text up to the end of a line.</summary>
    public string Line()
    {
        int length = data.Span[_position..].IndexOf((byte)'\n');
        string line = length < 0 ? throw Error("a name in its pickle has no end.") : Text(length);
        _position++;
        return line;
    }

    public ReadOnlySpan<byte> Bytes(long length) => Memory(length).Span;

    /// <summary>The next bytes, or an error where there are fewer.</summary>
    public ReadOnlyMemory<byte> Memory(long length)
    {
        if (length < 0 || length > Remaining)
        {
            throw Error($"{length:N0} bytes are needed at position {_position:N0}; {Remaining:N0} are left.");
        }

        ReadOnlyMemory<byte> bytes = data.Slice(_position, (int)length);
        _position += (int)length;
        return bytes;
    }

    public WeightsFormatException Error(string reason) => new(source, reason);
}
