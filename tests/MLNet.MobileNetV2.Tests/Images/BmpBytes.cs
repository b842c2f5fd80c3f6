namespace MLNet.MobileNetV2.Tests.Images;

/// <summary>Writes BMP files by hand.</summary>
internal static class BmpBytes
{
    private const int HeaderLength = 54;

    /// <summary>An image of 8-bit colour numbers, rows given from the top.</summary>
    public static byte[] Palette(int width, int height, byte[] numbers, params (byte Red, byte Green, byte Blue)[] colours)
    {
        List<byte> file = Header(width, height, 8, colours.Length);
        foreach ((byte red, byte green, byte blue) in colours)
        {
            file.AddRange([blue, green, red, 0]);
        }

        AddRows(file, height, numbers, width);
        return [.. file];
    }

    /// <summary>An image of 24-bit blue, green and red, rows given from the top.</summary>
    public static byte[] Bgr(int width, int height, byte[] bgr)
    {
        List<byte> file = Header(width, height, 24, 0);
        AddRows(file, height, bgr, 3 * width);
        return [.. file];
    }

    /// <summary>An image of 32-bit blue, green, red and an unused byte, rows given from the top.</summary>
    public static byte[] Bgrx(int width, int height, byte[] bgrx)
    {
        List<byte> file = Header(width, height, 32, 0);
        AddRows(file, height, bgrx, 4 * width);
        return [.. file];
    }

    private static List<byte> Header(int width, int height, int bits, int colours)
    {
        int start = HeaderLength + (4 * colours);
        int length = start + (height * ((((width * bits) + 31) / 32) * 4));
        return
        [
            .. "BM"u8, .. Int(length), .. Int(0), .. Int(start),
            .. Int(40), .. Int(width), .. Int(height), 1, 0, (byte)bits, 0, .. Int(0), .. Int(length - start), .. Int(2835), .. Int(
                2835), .. Int(colours), .. Int(0),
        ];
    }

    private static void AddRows(List<byte> file, int height, byte[] pixels, int rowLength)
    {
        for (int y = height - 1; y >= 0; y--)
        {
            file.AddRange(pixels.AsSpan(y * rowLength, rowLength));
            file.AddRange(new byte[(4 - (rowLength % 4)) % 4]);
        }
    }

    private static byte[] Int(int value) => BitConverter.GetBytes(value);
}
