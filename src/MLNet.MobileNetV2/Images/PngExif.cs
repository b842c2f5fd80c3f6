using System.Buffers.Binary;
using SkiaSharp;

namespace MLNet.MobileNetV2.Images;

/// <summary>Finds the EXIF of a PNG file: its <c>eXIf</c> chunks, of which the format allows one anywhere but among the data.</summary>
internal static class PngExif
{
    private const int SignatureLength = 8;
    private const int ChunkHeaderLength = 8;
    private const int ChecksumLength = 4;

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
                && PngChecksum.Of(rest[4..end]) == BinaryPrimitives.ReadUInt32BigEndian(rest[end..]))
            {
                return orientation;
            }

            rest = rest[(end + ChecksumLength)..];
        }

        return null;
    }
}
