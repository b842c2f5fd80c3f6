using System.Buffers.Binary;
using SkiaSharp;

namespace MLNet.MobileNetV2.Images;

/// <summary>How an image must be turned to be upright, by its EXIF, in each format that may have it.</summary>
/// <remarks>
/// <para>
/// JPEG: the first EXIF segment before the image's data that has an orientation counts; what follows the data does not. So do Skia, and
/// with it Chrome, and libjpeg. PNG: the first <c>eXIf</c> chunk that has one, before the data or after them, whose checksum is right;
/// EXIF in text chunks, as ImageMagick once wrote it, does not count. WebP: its first <c>EXIF</c> chunk, with or without the "Exif" of
/// JPEG before it.
/// </para>
/// <para>
/// Only the first directory is the image's; the one after it is a thumbnail's. An orientation is one SHORT of 1 to 8; any other is ignored.
/// The work is linear in the file's length, even for hostile files.
/// </para>
/// </remarks>
internal static class ExifOrientation
{
    private const int HeaderLength = 8;
    private const int EntryLength = 12;
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;

    /// <summary>The orientation; <see cref="SKEncodedOrigin.TopLeft"/> where the image says nothing of it.</summary>
    public static SKEncodedOrigin Of(SKCodec codec, ReadOnlySpan<byte> encoded) => codec.EncodedFormat switch
    {
        // Skia 2.88 does not read PNG's, and of WebP's only those without a prefix.
        SKEncodedImageFormat.Png => PngExif.Orientation(encoded) ?? SKEncodedOrigin.TopLeft,
        SKEncodedImageFormat.Webp => Read(WebpExif.Find(encoded)) ?? SKEncodedOrigin.TopLeft,
        _ => codec.EncodedOrigin,
    };

    /// <summary>The orientation that EXIF holds; null for none.</summary>
    /// <param name="exif">A TIFF file, perhaps with JPEG's "Exif" before it.</param>
    public static SKEncodedOrigin? Read(ReadOnlySpan<byte> exif)
    {
        ReadOnlySpan<byte> tiff = exif.StartsWith("Exif\0\0"u8) ? exif["Exif\0\0"u8.Length..] : exif;
        bool isBigEndian = tiff.StartsWith("MM\0*"u8);
        if (tiff.Length < HeaderLength || !(isBigEndian || tiff.StartsWith("II*\0"u8)))
        {
            return null;
        }

        uint start = Long(tiff[4..], isBigEndian);
        if (start > tiff.Length - sizeof(ushort))
        {
            return null;
        }

        ReadOnlySpan<byte> directory = tiff[(int)start..];
        ReadOnlySpan<byte> entries = directory[sizeof(ushort)..];
        int count = Math.Min(Short(directory, isBigEndian), entries.Length / EntryLength);
        for (int entry = 0; entry < count; entry++, entries = entries[EntryLength..])
        {
            bool isOrientation = Short(entries, isBigEndian) == OrientationTag
                && Short(entries[2..], isBigEndian) == ShortType
                && Long(entries[4..], isBigEndian) == 1;
            int value = Short(entries[8..], isBigEndian);
            if (isOrientation && value is >= (int)SKEncodedOrigin.TopLeft and <= (int)SKEncodedOrigin.LeftBottom)
            {
                return (SKEncodedOrigin)value;
            }
        }

        return null;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint Long(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
