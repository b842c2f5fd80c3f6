namespace MLNet.MobileNetV2.Images;

/// <summary>Composites transparent pixels over white, in place. Alpha is the fourth byte of a pixel; it becomes 255.</summary>
internal static class WhiteBackground
{
    /// <summary>Pixels whose colours do not hold the alpha yet: <c>colour * alpha + white * (1 - alpha)</c>, rounded to nearest.</summary>
    public static void CompositeStraight(Span<byte> pixels)
    {
        for (int index = 0; index + 3 < pixels.Length; index += 4)
        {
            int alpha = pixels[index + 3];
            if (alpha != byte.MaxValue)
            {
                pixels[index] = OverWhite(pixels[index], alpha);
                pixels[index + 1] = OverWhite(pixels[index + 1], alpha);
                pixels[index + 2] = OverWhite(pixels[index + 2], alpha);
                pixels[index + 3] = byte.MaxValue;
            }
        }
    }

    /// <summary>Pixels whose colours are multiplied by alpha already: <c>colour + white * (1 - alpha)</c>, at most white.</summary>
    public static void CompositePremultiplied(Span<byte> pixels)
    {
        for (int index = 0; index + 3 < pixels.Length; index += 4)
        {
            int rest = byte.MaxValue - pixels[index + 3];
            if (rest != 0)
            {
                pixels[index] = (byte)Math.Min(pixels[index] + rest, byte.MaxValue);
                pixels[index + 1] = (byte)Math.Min(pixels[index + 1] + rest, byte.MaxValue);
                pixels[index + 2] = (byte)Math.Min(pixels[index + 2] + rest, byte.MaxValue);
                pixels[index + 3] = byte.MaxValue;
            }
        }
    }

    public static bool IsOpaque(ReadOnlySpan<byte> pixels)
    {
        for (int index = 3; index < pixels.Length; index += 4)
        {
            if (pixels[index] != byte.MaxValue)
            {
                return false;
            }
        }

        return true;
    }

    private static byte OverWhite(int colour, int alpha) =>
        (byte)(byte.MaxValue - ((((byte.MaxValue - colour) * alpha) + (byte.MaxValue / 2)) / byte.MaxValue));
}
