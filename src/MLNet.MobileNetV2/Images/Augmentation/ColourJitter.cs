using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>Changes a view's colours at random, in random order: torchvision's <c>ColorJitter</c>.</summary>
internal static class ColourJitter
{
    private enum Step
    {
        Brightness,
        Contrast,
        Saturation,
        Hue,
    }

    public static void Apply(PixelPlanes planes, ImageAugmentation augmentation, ref SplitMix64 random)
    {
        Span<Step> steps = [Step.Brightness, Step.Contrast, Step.Saturation, Step.Hue];
        random.Shuffle(steps);
        foreach (Step step in steps)
        {
            switch (step)
            {
                case Step.Brightness when augmentation.Brightness > 0:
                    planes.Apply(new BrightnessChange(Factor(augmentation.Brightness, ref random)));
                    break;
                case Step.Contrast when augmentation.Contrast > 0:
                    planes.Apply(new ContrastChange(planes.MeanGrey(), Factor(augmentation.Contrast, ref random)));
                    break;
                case Step.Saturation when augmentation.Saturation > 0:
                    planes.Apply(new SaturationChange(Factor(augmentation.Saturation, ref random)));
                    break;
                case Step.Hue when augmentation.Hue > 0:
                    planes.Apply(new HueShift((float)random.NextDouble(-augmentation.Hue, augmentation.Hue)));
                    break;
            }
        }
    }

    private static float Factor(double greatest, ref SplitMix64 random) => (float)random.NextDouble(1 - greatest, 1 + greatest);
}
