using System.Buffers;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>An upright image in memory: opaque RGB, row-major without gaps. Dispose it after use; not later.</summary>
/// <remarks>Thread-safe for reading. An image that stays in memory is not touched by <see cref="Dispose"/>.</remarks>
internal sealed class PhotoPixels : IDisposable
{
    private const int Channels = 3;

    private readonly bool _isKept;
    private byte[]? _bytes;

    public PhotoPixels(int width, int height, bool isKept)
    {
        Width = width;
        Height = height;
        _isKept = isKept;
        int length = (int)ByteCount(width, height);
        _bytes = isKept ? GC.AllocateUninitializedArray<byte>(length) : ArrayPool<byte>.Shared.Rent(length);
    }

    public int Width { get; }

    public int Height { get; }

    public Span<byte> Rgb
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            return _bytes.AsSpan(0, Channels * Width * Height);
        }
    }

    public static long ByteCount(int width, int height) => Channels * (long)width * height;

    public void Dispose()
    {
        if (!_isKept && Interlocked.Exchange(ref _bytes, null) is { } bytes)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
