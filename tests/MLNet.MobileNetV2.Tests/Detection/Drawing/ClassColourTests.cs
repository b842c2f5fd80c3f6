using MLNet.MobileNetV2.Detection.Drawing;
using MLNet.MobileNetV2.Detection.Weights;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Detection.Drawing;

public sealed class ClassColourTests
{
    [Fact]
    public void Of_AClass_DependsOnItsNameAlone()
    {
        Assert.Equal(ClassColour.Of("dog"), ClassColour.Of(new string("dog".ToCharArray())));
        Assert.InRange(CocoLabels().Select(ClassColour.Of).Distinct().Count(), 10, 12);
    }

    [Fact]
    public void TextOn_EveryColour_HasEnoughContrast() => Assert.All(
        CocoLabels().Select(ClassColour.Of).Distinct(), colour => Assert.InRange(Contrast(colour, ClassColour.TextOn(colour)), 3, 21));

    private static IReadOnlyList<string> CocoLabels() => CocoDetector.Read().Labels;

    // WCAG 2's contrast ratio.
    private static double Contrast(SKColor first, SKColor second)
    {
        double[] light = [Luminance(first), Luminance(second)];
        return (light.Max() + 0.05) / (light.Min() + 0.05);
    }

    private static double Luminance(SKColor colour) =>
        (0.2126 * Linear(colour.Red)) + (0.7152 * Linear(colour.Green)) + (0.0722 * Linear(colour.Blue));

    private static double Linear(byte value) =>
        value <= 10 ? value / 255.0 / 12.92 : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);
}
