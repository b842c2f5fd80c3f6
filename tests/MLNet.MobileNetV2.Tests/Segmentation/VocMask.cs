using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Segmentation;

/// <summary>Reads masks with Pascal VOC's colours.</summary>
internal static class VocMask
{
    /// <summary>The class of each pixel, by its colour.</summary>
    public static byte[] Classes(byte[] png)
    {
        Dictionary<SKColor, byte> numbers = Enumerable.Range(0, 256).ToDictionary(Colour, number => (byte)number);
        using SKBitmap bitmap = SKBitmap.Decode(png);
        return [.. bitmap.Pixels.Select(colour => numbers[colour])];
    }

    // As VOC's own development kit (VOClabelcolormap).
    private static SKColor Colour(int number)
    {
        int red = 0, green = 0, blue = 0;
        for (int bit = 7; number > 0; bit--, number >>= 3)
        {
            red |= (number & 1) << bit;
            green |= ((number >> 1) & 1) << bit;
            blue |= ((number >> 2) & 1) << bit;
        }

        return new SKColor((byte)red, (byte)green, (byte)blue);
    }
}
