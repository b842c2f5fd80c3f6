using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace MLNet.MobileNetV2.FeatureFiles;

/// <summary>Checks the frame of a Parquet file and walks its footer before a reader builds it.</summary>
internal static class FooterScan
{
    private const int MaxFooterLength = 64 * 1024 * 1024;
    private const int TailLength = 8;

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <returns>The footer's SHA-256 in lower-case hex.</returns>
    /// <exception cref="InvalidDataException">The file is no Parquet file, or its footer is damaged.</exception>
    public static string Check(SafeFileHandle file, long length)
    {
        Span<byte> head = stackalloc byte[Magic.Length];
        Span<byte> tail = stackalloc byte[TailLength];
        if (length < Magic.Length + TailLength
            || RandomAccess.Read(file, head, 0) < head.Length
            || RandomAccess.Read(file, tail, length - TailLength) < tail.Length
            || !head.SequenceEqual(Magic)
            || !tail[^Magic.Length..].SequenceEqual(Magic))
        {
            throw new InvalidDataException($"it has {length} bytes that do not begin and end as a Parquet file's do; it may not be whole.");
        }

        int footerLength = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (footerLength <= 0 || footerLength > MaxFooterLength || footerLength > length - TailLength - Magic.Length)
        {
            throw new InvalidDataException($"its footer has {footerLength} bytes; the file has {length}, and {MaxFooterLength} are allowed.");
        }

        byte[] footer = new byte[footerLength];
        if (RandomAccess.Read(file, footer, length - TailLength - footerLength) < footerLength)
        {
            throw new InvalidDataException("it became shorter while it was read.");
        }

        new ThriftScan(footer).Read();
        return Convert.ToHexStringLower(SHA256.HashData(footer));
    }
}
