using System.Buffers;

namespace MLNet.MobileNetV2.Images;

/// <summary>A byte buffer for the time of one image. Not cleared. Dispose once; the memory must not be used afterwards.</summary>
internal readonly struct PooledBytes : IDisposable
{
    // Bigger buffers are rare: a pool would keep them for the life of the process.
    private const int MaxPooledLength = 16 * 1024 * 1024;

    private readonly byte[] _array;
    private readonly int _length;

    public PooledBytes(int length)
    {
        _length = length;
        _array = length <= MaxPooledLength ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);
    }

    private PooledBytes(byte[] array, int length)
    {
        _array = array;
        _length = length;
    }

    public Span<byte> Span => _array.AsSpan(0, _length);

    public Memory<byte> Memory => _array.AsMemory(0, _length);

    /// <summary>The same buffer cut to its first bytes. Dispose one of the two only.</summary>
    public PooledBytes First(int length) => new(_array, Math.Min(length, _length));

    public void Dispose()
    {
        if (_array.Length <= MaxPooledLength)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }
    }
}
