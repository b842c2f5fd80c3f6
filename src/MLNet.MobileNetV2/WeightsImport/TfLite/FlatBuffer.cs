using System.Buffers.Binary;

namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>A FlatBuffers file from an untrusted source: every offset is checked before it is followed, and nothing is copied.</summary>
internal sealed class FlatBuffer(string source, ReadOnlyMemory<byte> data)
{
    private const int IdentifierPosition = 4;

    /// <summary>The root table of a file that carries <paramref name="identifier"/>.</summary>
    public FlatTable Root(ReadOnlySpan<byte> identifier)
    {
        return Bytes(IdentifierPosition, identifier.Length).SequenceEqual(identifier)
            ? FlatTable.At(this, Follow(0))
            : throw Error("it does not carry the file identifier of its format.");
    }

    public byte Byte(int position) => Bytes(position, sizeof(byte))[0];

    public ushort UInt16(int position) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(position, sizeof(ushort)));

    public int Int32(int position) => BinaryPrimitives.ReadInt32LittleEndian(Bytes(position, sizeof(int)));

    public uint UInt32(int position) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(position, sizeof(uint)));

    public long Int64(int position) => BinaryPrimitives.ReadInt64LittleEndian(Bytes(position, sizeof(long)));

    public float Single(int position) => BinaryPrimitives.ReadSingleLittleEndian(Bytes(position, sizeof(float)));

    /// <summary>The position that the unsigned offset at <paramref name="position"/> points to, within the file.</summary>
    public int Follow(int position)
    {
        long target = position + (long)UInt32(position);
        Bytes(target, 0);
        return (int)target;
    }

    /// <summary>Bytes of the file, or an error where it has fewer.</summary>
    public ReadOnlySpan<byte> Bytes(long position, long length)
    {
        return position >= 0 && length >= 0 && position <= data.Length - length
            ? data.Span.Slice((int)position, (int)length)
            : throw Error($"it refers to {length} bytes at position {position}; the file has {data.Length}.");
    }

    public WeightsFormatException Error(string reason) => new(source, reason);
}
