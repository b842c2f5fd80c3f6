namespace MLNet.MobileNetV2.Tests.Serving;

/// <summary>A stream of unknown length that gives a few bytes a read, and goes on for ever where it is told to.</summary>
/// <param name="bytes">Its bytes.</param>
/// <param name="atOnce">Most bytes of one read.</param>
/// <param name="isEndless">Whether it begins again at its end.</param>
/// <param name="beforeRead">Is waited for before each asynchronous read; null for nothing.</param>
internal sealed class DripStream(
    byte[] bytes, int atOnce, bool isEndless = false, Func<CancellationToken, Task>? beforeRead = null) : Stream
{
    private int _position;

    /// <summary>Bytes given so far.</summary>
    public long Given { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (isEndless && _position == bytes.Length)
        {
            _position = 0;
        }

        int count = Math.Min(Math.Min(atOnce, buffer.Length), bytes.Length - _position);
        bytes.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        Given += count;
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await (beforeRead?.Invoke(cancellationToken) ?? Task.CompletedTask);
        return Read(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
