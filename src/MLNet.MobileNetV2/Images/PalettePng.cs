using System.Buffers.Binary;
using System.IO.Compression;

namespace MLNet.MobileNetV2.Images;

/// <summary>Writes a PNG file whose pixels are numbers of colours, which Skia cannot: the numbers stay as they are.</summary>
internal static class PalettePng
{
    private const byte BitDepth = 8;
    private const byte Indexed = 3;
    private const byte NoFilter = 0;

    /// <summary>Writes an image of rows of one byte a pixel.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="pixels">Width x height numbers of colours.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="palette">Red, green and blue of each of 256 colours at most.</param>
    public static void Write(Stream stream, ReadOnlySpan<byte> pixels, int width, ReadOnlySpan<byte> palette)
    {
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], pixels.Length / width);
        header[8] = BitDepth;
        header[9] = Indexed;
        header[10..].Clear();
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);
        WriteChunk(stream, "IHDR"u8, header);
        WriteChunk(stream, "PLTE"u8, palette);
        using (var data = new MemoryStream())
        {
            using (var compressed = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
            {
                for (ReadOnlySpan<byte> rest = pixels; !rest.IsEmpty; rest = rest[width..])
                {
                    compressed.WriteByte(NoFilter);
                    compressed.Write(rest[..width]);
                }
            }

            WriteChunk(stream, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        }

        WriteChunk(stream, "IEND"u8, []);
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[4 + type.Length + data.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), PngChecksum.Of(chunk.AsSpan(4, 4 + data.Length)));
        stream.Write(chunk);
    }
}
