using System.Buffers.Binary;

namespace MLNet.MobileNetV2.Tests.Images;

/// <summary>Writes what Skia does not: WebP files of the extended form, with EXIF.</summary>
internal static class WebpBytes
{
    private const int FileHeader = 12;
    private const byte HasExif = 0x08;

    /// <summary>An opaque file of the simple form with an EXIF chunk behind the image.</summary>
    public static byte[] WithExif(byte[] webp, int width, int height, byte[] exif)
    {
        byte[] canvas = new byte[10];
        canvas[0] = HasExif;
        BinaryPrimitives.WriteInt32LittleEndian(canvas.AsSpan(4), width - 1);
        BinaryPrimitives.WriteUInt16LittleEndian(canvas.AsSpan(7), (ushort)(height - 1));
        byte[] file = [.. webp[..FileHeader], .. Chunk("VP8X"u8, canvas), .. webp[FileHeader..], .. Chunk("EXIF"u8, exif)];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        return [.. type, .. length, .. data, .. new byte[data.Length % 2]];
    }
}
