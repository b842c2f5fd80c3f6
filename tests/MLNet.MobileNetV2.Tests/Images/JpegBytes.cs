namespace MLNet.MobileNetV2.Tests.Images;

/// <summary>Writes what Skia does not: EXIF orientations and CMYK JPEG files.</summary>
internal static class JpegBytes
{
    /// <summary>The file with an EXIF segment that holds the orientation alone.</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation, bool bigEndian = false) =>
        WithExif(jpeg, ExifBytes.Of(orientation, bigEndian: bigEndian));

    /// <summary>The file with EXIF segments before all others, in order.</summary>
    public static byte[] WithExif(byte[] jpeg, params IEnumerable<byte[]> tiffs) =>
        [.. jpeg[..2], .. tiffs.SelectMany(ExifSegment), .. jpeg[2..]];

    /// <summary>The file with an EXIF segment between the image's data and the file's end.</summary>
    public static byte[] WithLateExif(byte[] jpeg, byte[] tiff) => [.. jpeg[..^2], .. ExifSegment(tiff), .. jpeg[^2..]];

    /// <summary>A CMYK image of 16 x 16 pixels of one colour, with the inks inverted as Adobe writes them: 255 is no ink.</summary>
    public static byte[] Cmyk(byte cyan, byte magenta, byte yellow, byte black)
    {
        byte[] quantization = [0, .. Enumerable.Repeat((byte)8, 64)];
        byte[] frame = [8, 0, 16, 0, 16, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0];
        byte[] scan = [4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0];

        // Twelve DC codes of four bits, equal to their values, and one AC code of one bit: the end of the block.
        byte[] dc = [0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
        byte[] ac = [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] adobe = [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0];
        return
        [
            0xFF, 0xD8, .. Segment(0xEE, adobe), .. Segment(0xDB, quantization), .. Segment(0xC0, frame), .. Segment(0xC4, dc), .. Segment(
                0xC4, ac),
            .. Segment(0xDA, scan), .. Blocks([cyan, magenta, yellow, black]), 0xFF, 0xD9,
        ];
    }

    private static byte[] ExifSegment(byte[] tiff) => Segment(0xE1, [.. "Exif"u8, 0, 0, .. tiff]);

    private static byte[] Segment(byte marker, byte[] data) =>
        [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];

    // Four 8 x 8 blocks a component; after the first of a component the level does not change.
    private static byte[] Blocks(byte[] levels)
    {
        var bits = new System.Text.StringBuilder();
        for (int block = 0; block < 4; block++)
        {
            foreach (byte level in levels)
            {
                int difference = block == 0 ? level - 128 : 0;
                int category = difference == 0 ? 0 : (int)Math.Log2(Math.Abs(difference)) + 1;
                bits.Append(Binary(category, 4));
                bits.Append(category == 0 ? "" : Binary(difference < 0 ? difference + (1 << category) - 1 : difference, category));
                bits.Append('0');
            }
        }

        List<byte> bytes = [];
        foreach (char[] eight in bits.ToString().PadRight((bits.Length + 7) / 8 * 8, '1').Chunk(8))
        {
            byte value = Convert.ToByte(new string(eight), 2);
            bytes.AddRange(value == 0xFF ? [value, 0] : [value]);
        }

        return [.. bytes];
    }

    private static string Binary(int value, int length) => Convert.ToString(value, 2).PadLeft(length, '0');
}
