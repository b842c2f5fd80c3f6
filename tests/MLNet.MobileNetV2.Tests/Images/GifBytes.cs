namespace MLNet.MobileNetV2.Tests.Images;

/// <summary>Writes small GIF files of four colours by hand: red, green, blue and white.</summary>
internal static class GifBytes
{
    private const int CodeBits = 3;
    private const int Clear = 4;
    private const int End = 5;

    /// <summary>An animation; each frame is a rectangle of colour numbers 0 to 3 on the canvas.</summary>
    /// <param name="width">Width of the canvas.</param>
    /// <param name="height">Height of the canvas.</param>
    /// <param name="transparent">The colour number that is transparent, or -1.</param>
    /// <param name="frames">Left, top, width, height and the colour numbers of each frame.</param>
    public static byte[] Create(
        int width, int height, int transparent, params (int Left, int Top, int Width, int Height, byte[] Colours)[] frames)
    {
        List<byte> file = [.. "GIF89a"u8, .. Word(width), .. Word(height), 0x91, 0, 0];
        file.AddRange([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
        foreach ((int left, int top, int frameWidth, int frameHeight, byte[] colours) in frames)
        {
            byte flags = (byte)(transparent >= 0 ? 1 : 0);
            file.AddRange([0x21, 0xF9, 4, flags, 10, 0, (byte)Math.Max(transparent, 0), 0]);
            file.AddRange([0x2C, .. Word(left), .. Word(top), .. Word(frameWidth), .. Word(frameHeight), 0, 2]);
            byte[] codes = Codes(colours);
            for (int start = 0; start < codes.Length; start += 255)
            {
                byte[] block = codes[start..Math.Min(start + 255, codes.Length)];
                file.AddRange([(byte)block.Length, .. block]);
            }

            file.Add(0);
        }

        file.Add(0x3B);
        return [.. file];
    }

    // A clear code before every second colour keeps the codes at three bits, so that no dictionary is needed.
    private static byte[] Codes(byte[] colours)
    {
        List<int> codes = [];
        for (int index = 0; index < colours.Length; index++)
        {
            if (index % 2 == 0)
            {
                codes.Add(Clear);
            }

            codes.Add(colours[index]);
        }

        codes.Add(End);
        byte[] bytes = new byte[((codes.Count * CodeBits) + 7) / 8];
        for (int bit = 0; bit < codes.Count * CodeBits; bit++)
        {
            bytes[bit / 8] |= (byte)(((codes[bit / CodeBits] >> (bit % CodeBits)) & 1) << (bit % 8));
        }

        return bytes;
    }

    private static byte[] Word(int value) => [(byte)value, (byte)(value >> 8)];
}
