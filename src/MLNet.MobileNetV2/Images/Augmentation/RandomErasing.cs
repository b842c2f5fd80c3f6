using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>Sets a random rectangle of a view to one colour (Zhong et al., "Random erasing data augmentation", 2020).</summary>
internal static class RandomErasing
{
    /// <summary>Erases a rectangle, or nothing.</summary>
    public static void Apply(PixelPlanes planes, int size, ChannelValues colour, ImageAugmentation augmentation, ref SplitMix64 random)
    {
        if (!random.NextBoolean(augmentation.ErasingProbability))
        {
            return;
        }

        CropBox box = new RandomBox(
            augmentation.SmallestErasedArea,
            augmentation.GreatestErasedArea,
            augmentation.SmallestErasedAspectRatio,
            augmentation.GreatestErasedAspectRatio).Draw(size, size, ref random);
        (int left, int width) = WholePixels(box.Left, box.Width, size);
        (int top, int height) = WholePixels(box.Top, box.Height, size);
        for (int row = top; row < top + height; row++)
        {
            int start = (row * size) + left;
            planes.Red.Slice(start, width).Fill(colour.Red);
            planes.Green.Slice(start, width).Fill(colour.Green);
            planes.Blue.Slice(start, width).Fill(colour.Blue);
        }
    }

    private static (int Start, int Length) WholePixels(double start, double length, int size)
    {
        int whole = Math.Clamp((int)Math.Round(length), 1, size);
        return (Math.Min((int)Math.Round(start), size - whole), whole);
    }
}
