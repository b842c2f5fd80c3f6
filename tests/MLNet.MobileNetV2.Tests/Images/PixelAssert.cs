namespace MLNet.MobileNetV2.Tests.Images;

/// <summary>Compares images in grey levels.</summary>
internal static class PixelAssert
{
    public static int MaxDifference(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Assert.Equal(left.Length, right.Length);
        int max = 0;
        for (int index = 0; index < left.Length; index++)
        {
            max = Math.Max(max, Math.Abs(left[index] - right[index]));
        }

        return max;
    }

    public static double MeanDifference(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Assert.Equal(left.Length, right.Length);
        double sum = 0;
        for (int index = 0; index < left.Length; index++)
        {
            sum += Math.Abs(left[index] - right[index]);
        }

        return sum / left.Length;
    }

    /// <summary>Every value of two images differs by no more than the levels.</summary>
    public static void Near(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, int levels) =>
        Assert.InRange(MaxDifference(expected, actual), 0, levels);

    /// <summary>Every pixel has this colour, within the levels, and is opaque.</summary>
    public static void AllNear((int Red, int Green, int Blue) colour, ReadOnlySpan<byte> rgba, int levels = 0)
    {
        for (int index = 0; index < rgba.Length; index += 4)
        {
            int difference = Math.Max(
                Math.Max(Math.Abs(rgba[index] - colour.Red), Math.Abs(rgba[index + 1] - colour.Green)), Math.Abs(
                    rgba[index + 2] - colour.Blue));
            Assert.True(
                difference <= levels, $"Pixel {index / 4} is {rgba[index]}, {rgba[index + 1]}, {rgba[index + 2]} and not {colour}.");
            Assert.Equal(255, rgba[index + 3]);
        }
    }
}
