using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>How training varies photos and their boxes. Immutable.</summary>
/// <remarks>
/// Crops follow SSD (arXiv 1512.02325, section 2.2): each asks for an overlap with a box of at least 0, 0.1, 0.3, 0.5, 0.7 or 0.9, drawn
/// anew, and keeps the boxes whose centre lies inside. A region of which no such part is found stays whole.
/// </remarks>
public sealed record DetectionAugmentation
{
    /// <summary>No change at all.</summary>
    public static DetectionAugmentation None { get; } = new()
    {
        HorizontalFlipProbability = 0,
        CropProbability = 0,
        Brightness = 0,
        Contrast = 0,
        Saturation = 0,
        Hue = 0,
    };

    /// <summary>Probability of the mirror image, 0 to 1.</summary>
    /// <value>The default is 0.5.</value>
    public double HorizontalFlipProbability { get; init; } = 0.5;

    /// <summary>
    /// Probability that a photo is turned upside down, 0 to 1: for photos without an up, as from above or through a microscope.
    /// </summary>
    /// <value>The default is 0.</value>
    public double VerticalFlipProbability { get; init; }

    /// <summary>Probability of a crop, 0 to 1.</summary>
    /// <value>The default is 0.5.</value>
    public double CropProbability { get; init; } = 0.5;

    /// <summary>Smallest side of a crop as a fraction of the photo's, above 0, at most 1.</summary>
    /// <value>The default is 0.3, SSD's.</value>
    public double SmallestCropSide { get; init; } = 0.3;

    /// <summary>All values times a factor from 1 - this to 1 + this; 0 to 1.</summary>
    /// <value>The default is 0.4.</value>
    public double Brightness { get; init; } = 0.4;

    /// <summary>Distances from the view's mean grey times a factor from 1 - this to 1 + this; 0 to 1.</summary>
    /// <value>The default is 0.4.</value>
    public double Contrast { get; init; } = 0.4;

    /// <summary>Distances from the pixel's grey times a factor from 1 - this to 1 + this; 0 to 1.</summary>
    /// <value>The default is 0.4.</value>
    public double Saturation { get; init; } = 0.4;

    /// <summary>Greatest shift of the hue to either side as a fraction of the colour circle, 0 to 0.5.</summary>
    /// <value>The default is 0.02.</value>
    public double Hue { get; init; } = 0.02;

    /// <summary>Whether photos stay as they are.</summary>
    public bool IsNone => HorizontalFlipProbability == 0 && VerticalFlipProbability == 0 && CropProbability == 0 && !Colours.JittersColours;

    internal ImageAugmentation Colours =>
        new() { Brightness = Brightness, Contrast = Contrast, Saturation = Saturation, Hue = Hue };

    internal void Validate()
    {
        Require.Between(0, 1, HorizontalFlipProbability);
        Require.Between(0, 1, VerticalFlipProbability);
        Require.Between(0, 1, CropProbability);
        Require.That(SmallestCropSide is > 0 and <= 1, SmallestCropSide, "more than 0 and at most 1");
        Colours.Validate();
    }
}
