using System.Buffers.Binary;
using SkiaSharp;

namespace MLNet.MobileNetV2.Images;

/// <summary>Finds the EXIF of a PNG file: its <c>eXIf</c> chunks, of which the format allows one anywhere but among the data.</summary>
internal static class PngExif
{
    private const int SignatureLength = 8;
    private const int ChunkHeaderLength = 8;
    private const int ChecksumLength = 4;

    // Polynomial of the CRC-32 of PNG, zlib and Ethernet, low bit first.
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(value => OfByte((uint)value))];

    /// <summary>The orientation of the first chunk that has one and is whole, as its checksum says; null for none.</summary>
    public static SKEncodedOrigin? Orientation(ReadOnlySpan<byte> png)
    {
        ReadOnlySpan<byte> rest = png[Math.Min(SignatureLength, png.Length)..];
        while (rest.Length >= ChunkHeaderLength + ChecksumLength)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            ReadOnlySpan<byte> type = rest.Slice(4, 4);
            if (length > rest.Length - ChunkHeaderLength - ChecksumLength || type.SequenceEqual("IEND"u8))
            {
                break;
            }

            int end = ChunkHeaderLength + (int)length;
            if (type.SequenceEqual("eXIf"u8)
                && ExifOrientation.Read(rest[ChunkHeaderLength..end]) is { } orientation
                && Checksum(rest[4..end]) == BinaryPrimitives.ReadUInt32BigEndian(rest[end..]))
            {
                return orientation;
            }

            rest = rest[(end + ChecksumLength)..];
        }

        return null;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint checksum = uint.MaxValue;
        foreach (byte value in bytes)
        {
            checksum = s_table[(byte)(checksum ^ value)] ^ (checksum >> 8);
        }

        return ~checksum;
    }

    private static uint OfByte(uint value)
    {
        for (int bit = 0; bit < 8; bit++)
        {
            value = (value >> 1) ^ ((value & 1) * Polynomial);
        }

        return value;
    }
}
