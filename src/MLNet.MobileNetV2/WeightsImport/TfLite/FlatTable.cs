namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>A table of a FlatBuffers file: its fields by their index in the schema, with defaults for those that are absent.</summary>
internal readonly struct FlatTable
{
    private const int VtableHeader = 2 * sizeof(ushort);

    private readonly int _position;
    private readonly int _vtable;
    private readonly int _vtableLength;
    private readonly int _tableLength;

    private FlatTable(FlatBuffer buffer, int position, int vtable, int vtableLength, int tableLength)
    {
        Buffer = buffer;
        _position = position;
        _vtable = vtable;
        _vtableLength = vtableLength;
        _tableLength = tableLength;
    }

    public FlatBuffer Buffer { get; }

    /// <summary>The table at a position; its own extent and its vtable's lie within the file.</summary>
    public static FlatTable At(FlatBuffer buffer, int position)
    {
        long vtable = position - (long)buffer.Int32(position);
        buffer.Bytes(vtable, VtableHeader);
        int vtableLength = buffer.UInt16((int)vtable);
        int tableLength = buffer.UInt16((int)vtable + sizeof(ushort));
        if (vtableLength < VtableHeader || vtableLength % sizeof(ushort) != 0 || tableLength < sizeof(int))
        {
            throw buffer.Error($"the table at position {position} has an impossible field list.");
        }

        buffer.Bytes(vtable, vtableLength);
        buffer.Bytes(position, tableLength);
        return new(buffer, position, (int)vtable, vtableLength, tableLength);
    }

    public byte Byte(int field, byte missing = 0) => Find(field, sizeof(byte)) is int at ? Buffer.Byte(at) : missing;

    public int Int32(int field, int missing = 0) => Find(field, sizeof(int)) is int at ? Buffer.Int32(at) : missing;

    public uint UInt32(int field, uint missing = 0) => Find(field, sizeof(uint)) is int at ? Buffer.UInt32(at) : missing;

    /// <summary>The table that a field points to, or null where the field is absent.</summary>
    public FlatTable? Table(int field) => Find(field, sizeof(uint)) is int at ? At(Buffer, Buffer.Follow(at)) : null;

    /// <summary>The vector that a field points to, empty where the field is absent.</summary>
    public FlatVector Vector(int field, int elementSize) =>
        Find(field, sizeof(uint)) is int at ? FlatVector.At(Buffer, Buffer.Follow(at), elementSize) : default;

    private int? Find(int field, int size)
    {
        int entry = VtableHeader + (field * sizeof(ushort));
        int offset = entry < _vtableLength ? Buffer.UInt16(_vtable + entry) : 0;
        if (offset == 0)
        {
            return null;
        }

        return offset >= sizeof(int) && offset <= _tableLength - size
            ? _position + offset
            : throw Buffer.Error($"field {field} of the table at position {_position} lies outside of it.");
    }
}
