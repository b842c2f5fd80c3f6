namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>A vector of a FlatBuffers file; all of its elements lie within the file. The default value is an empty vector.</summary>
internal readonly struct FlatVector
{
    private readonly FlatBuffer _buffer;
    private readonly int _start;
    private readonly int _elementSize;

    private FlatVector(FlatBuffer buffer, int start, int count, int elementSize)
    {
        _buffer = buffer;
        _start = start;
        _elementSize = elementSize;
        Count = count;
    }

    public int Count { get; }

    public ReadOnlySpan<byte> Bytes => Count == 0 ? default : _buffer.Bytes(_start, (long)Count * _elementSize);

    public static FlatVector At(FlatBuffer buffer, int position, int elementSize)
    {
        uint count = buffer.UInt32(position);
        int start = position + sizeof(uint);
        buffer.Bytes(start, (long)count * elementSize);
        return new(buffer, start, (int)count, elementSize);
    }

    public int Int32(int index) => _buffer.Int32(Position(index));

    public long Int64(int index) => _buffer.Int64(Position(index));

    public float Single(int index) => _buffer.Single(Position(index));

    public FlatTable Table(int index) => FlatTable.At(_buffer, _buffer.Follow(Position(index)));

    // Callers loop below Count or check an index of the file against it first.
    private int Position(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _start + (index * _elementSize);
    }
}
