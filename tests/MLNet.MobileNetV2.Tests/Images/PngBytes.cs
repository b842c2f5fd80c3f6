using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MLNet.MobileNetV2.Tests.Images;

/// <summary>Writes PNG files of any kind by hand, chunk by chunk.</summary>
internal static class PngBytes
{
    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A PNG of rows without filters.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="bitDepth">Bits a sample.</param>
    /// <param name="colourType">0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA.</param>
    /// <param name="rows">The bytes of all rows.</param>
    /// <param name="extra">Chunks between header and data, for example PLTE and tRNS.</param>
    public static byte[] Create(
        int width, int height, byte bitDepth, byte colourType, byte[] rows, params (string Type, byte[] Data)[] extra)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        file.Write(Chunk("IHDR", Header(width, height, bitDepth, colourType)));
        foreach ((string type, byte[] data) in extra)
        {
            file.Write(Chunk(type, data));
        }

        file.Write(Chunk("IDAT", Compress(rows, height)));
        file.Write(Chunk("IEND", []));
        return file.ToArray();
    }

    /// <summary>Signature and header of an image of that size, and data that end at once.</summary>
    public static byte[] HeaderOnly(int width, int height) =>
        [.. Signature, .. Chunk("IHDR", Header(width, height, 8, 2)), .. Chunk("IDAT", [0x78, 0x9C])];

    /// <summary>The file with one chunk more.</summary>
    /// <param name="png">The file.</param>
    /// <param name="type">The chunk's type.</param>
    /// <param name="data">Its content.</param>
    /// <param name="afterData">Whether it stands behind the image's data, or else before them.</param>
    public static byte[] With(byte[] png, string type, byte[] data, bool afterData = false)
    {
        int place = afterData ? png.Length - Chunk("IEND", []).Length : Signature.Length + Chunk("IHDR", new byte[13]).Length;
        return [.. png[..place], .. Chunk(type, data), .. png[place..]];
    }

    /// <summary>Makes the checksums of all chunks right again, as far as their lengths lead.</summary>
    public static void RepairChecksums(Span<byte> png)
    {
        int offset = Signature.Length;
        while (offset + 12 <= png.Length)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png[offset..]);
            if (length > png.Length - offset - 12)
            {
                return;
            }

            Span<byte> chunk = png.Slice(offset, (int)length + 12);
            BinaryPrimitives.WriteUInt32BigEndian(chunk[^4..], Checksum(chunk[4..^4]));
            offset += chunk.Length;
        }
    }

    private static byte[] Header(int width, int height, byte bitDepth, byte colourType)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bitDepth, colourType);
        return header;
    }

    private static byte[] Compress(byte[] rows, int height)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest))
        {
            int stride = rows.Length / height;
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(rows, y * stride, stride);
            }
        }

        return compressed.ToArray();
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Checksum(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
