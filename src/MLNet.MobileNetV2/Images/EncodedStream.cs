namespace MLNet.MobileNetV2.Images;

/// <summary>Reads a stream to its end, within a limit. Memory grows with the bytes received, not with the claimed length.</summary>
internal static class EncodedStream
{
    private const int FirstLength = 64 * 1024;
    private const int LongestFirstLength = 1024 * 1024;

    /// <summary>The bytes from the stream's position on; the caller disposes them. The stream stays open.</summary>
    /// <exception cref="BadImageException">The stream is longer than the limit.</exception>
    public static PooledBytes Read(Stream stream, int limit, CancellationToken cancellationToken)
    {
        PooledBytes bytes = First(stream, limit);
        try
        {
            int length = 0;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int read = stream.Read(bytes.Span[length..]);
                if (read == 0)
                {
                    return bytes.First(length);
                }

                length += read;
                bytes = Grow(bytes, length, limit);
            }
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>The same, with asynchronous reads.</summary>
    public static async ValueTask<PooledBytes> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        PooledBytes bytes = First(stream, limit);
        try
        {
            int length = 0;
            while (true)
            {
                int read = await stream.ReadAsync(bytes.Memory[length..], cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return bytes.First(length);
                }

                length += read;
                bytes = Grow(bytes, length, limit);
            }
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    // One byte more than allowed, so that a full buffer is never the end of a stream that fits.
    private static PooledBytes First(Stream stream, int limit)
    {
        long expected = stream.CanSeek ? Math.Min(stream.Length - stream.Position, LongestFirstLength) : FirstLength;
        return new(Math.Min((int)Math.Max(expected, FirstLength), limit) + 1);
    }

    private static PooledBytes Grow(PooledBytes bytes, int length, int limit)
    {
        if (length > limit)
        {
            throw new BadImageException(null, $"it has more than the {limit} bytes that are allowed.");
        }

        if (length < bytes.Span.Length)
        {
            return bytes;
        }

        var longer = new PooledBytes((int)Math.Min(2L * length, limit + 1L));
        bytes.Span.CopyTo(longer.Span);
        bytes.Dispose();
        return longer;
    }
}
