namespace MLNet.MobileNetV2.Segmentation.Maps;

/// <summary>Pascal VOC's colours: the bits of a class's number, three by three, are the high bits of red, green and blue.</summary>
internal static class VocPalette
{
    private const int Count = 256;

    private static readonly byte[] s_colours = [.. Enumerable.Range(0, Count).SelectMany(Colour)];

    /// <summary>Red, green and blue of each of 256 numbers.</summary>
    public static ReadOnlySpan<byte> Colours => s_colours;

    private static IEnumerable<byte> Colour(int number) => Enumerable.Range(0, 3).Select(channel =>
    {
        int value = 0;
        for (int bit = 0; bit < 3; bit++)
        {
            value |= ((number >> ((3 * bit) + channel)) & 1) << (7 - bit);
        }

        return (byte)value;
    });
}
