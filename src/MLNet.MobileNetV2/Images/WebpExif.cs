using System.Buffers.Binary;

namespace MLNet.MobileNetV2.Images;

/// <summary>Finds the EXIF of a WebP file.</summary>
internal static class WebpExif
{
    private const int FileHeaderLength = 12;
    private const int ChunkHeaderLength = 8;

    /// <summary>The content of the first EXIF chunk; empty where there is no complete one.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> webp)
    {
        if (webp.Length < FileHeaderLength)
        {
            return [];
        }

        // What follows the file's own length is not part of it.
        long end = ChunkHeaderLength + (long)BinaryPrimitives.ReadUInt32LittleEndian(webp[4..]);
        ReadOnlySpan<byte> rest = webp[FileHeaderLength..(int)Math.Clamp(end, FileHeaderLength, webp.Length)];
        while (rest.Length >= ChunkHeaderLength)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            bool isExif = rest.StartsWith("EXIF"u8);
            rest = rest[ChunkHeaderLength..];
            if (length > rest.Length)
            {
                break;
            }

            if (isExif)
            {
                return rest[..(int)length];
            }

            // Chunks begin at even places.
            rest = rest[(int)Math.Min(length + (length & 1), (uint)rest.Length)..];
        }

        return [];
    }
}
