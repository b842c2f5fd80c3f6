using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>How training images are changed at random, so that a network sees each of them in many views.</summary>
/// <remarks>
/// <para>Without settings nothing is changed. The presets, each with everything of the one before:</para>
/// <list type="table">
/// <listheader><term>Preset</term><description>What it holds</description></listheader>
/// <item><term><see cref="None"/></term><description>No change: the view that prediction sees.</description></item>
/// <item><term><see cref="Light"/></term><description>A mirror image half of the time; a crop of 60 to 100 % of the image's area, its
/// aspect ratio 4:5 to 5:4.</description></item>
/// <item><term><see cref="Medium"/></term><description>A mirror image half of the time; a crop of 25 to 100 %, aspect ratio 3:4 to
/// 4:3.</description></item>
/// <item><term><see cref="Standard"/></term><description>A mirror image half of the time; a crop of 8 to 100 %, aspect ratio 3:4 to 4:3:
/// torchvision's recipe for training and fine-tuning (<c>RandomResizedCrop</c>, <c>RandomHorizontalFlip</c>).</description></item>
/// <item><term><see cref="Strong"/></term><description>Standard; rotation by up to 15 degrees; brightness, contrast and saturation changed
/// by up to 0.4 (timm's <c>color_jitter</c>); with probability 0.25 a rectangle of 2 to 33 % erased (timm's
/// <c>reprob</c>).</description></item>
/// </list>
/// <para>
/// Medium is the default of fine-tuning. Light suits classes that differ in small details, which a small crop leaves out. Standard pays
/// with more blocks or more images, Strong with many epochs. No preset shifts the hue, as colour often tells classes apart. Where
/// left and right differ (text, traffic signs), set <see cref="HorizontalFlipProbability"/> to 0; fine-tuning finds out by itself where
/// that shows (<see cref="FineTuneOptions.ChecksFlips"/>).
/// </para>
/// <para>
/// A view is made in this order: rotation, crop and flip in one step, brightness, contrast, saturation and hue in random order, erasing.
/// Immutable and thread-safe.
/// </para>
/// </remarks>
public sealed record ImageAugmentation
{
    internal const double MaxAspectRatio = 10;

    /// <summary>No change at all.</summary>
    public static ImageAugmentation None { get; } = new();

    /// <summary>Mirror images and mild crops.</summary>
    public static ImageAugmentation Light { get; } = new()
    {
        HorizontalFlipProbability = 0.5,
        SmallestCropArea = 0.6,
        SmallestCropAspectRatio = 0.8,
        GreatestCropAspectRatio = 1.25,
    };

    /// <summary>Mirror images and crops down to a quarter of the area.</summary>
    public static ImageAugmentation Medium { get; } = new() { HorizontalFlipProbability = 0.5, SmallestCropArea = 0.25 };

    /// <summary>Mirror images and crops of any size, as torchvision trains.</summary>
    public static ImageAugmentation Standard { get; } = new() { HorizontalFlipProbability = 0.5, SmallestCropArea = 0.08 };

    /// <summary>Standard with rotation, colour jitter and erasing.</summary>
    public static ImageAugmentation Strong { get; } = Standard with
    {
        RotationDegrees = 15,
        Brightness = 0.4,
        Contrast = 0.4,
        Saturation = 0.4,
        ErasingProbability = 0.25,
    };

    /// <summary>The presets' names, from the weakest to the strongest.</summary>
    internal static IReadOnlyList<string> PresetNames { get; } = Array.AsReadOnly(["none", "light", "medium", "standard", "strong"]);

    /// <summary>
    /// Smallest area of the random crop as a fraction of the image's, above 0, at most <see cref="GreatestCropArea"/>. Default: 1, no
    /// random crop but the centred square that <see cref="ImagePreprocessing.CropFraction"/> keeps. torchvision's default is 0.08.
    /// </summary>
    public double SmallestCropArea { get; init; } = 1;

    /// <summary>
    /// Greatest area of the random crop as a fraction of the image's, at most 1. Default: 1, as in torchvision. The area is drawn
    /// uniformly from what fits the image at the aspect ratio drawn; where even the smallest does not fit, the largest that does is
    /// taken.
    /// </summary>
    public double GreatestCropArea { get; init; } = 1;

    /// <summary>
    /// Smallest width of the random crop relative to its height, 0.1 to <see cref="GreatestCropAspectRatio"/>; its logarithm is drawn
    /// uniformly. Default: 3/4, as in torchvision.
    /// </summary>
    public double SmallestCropAspectRatio { get; init; } = 3.0 / 4;

    /// <summary>Greatest width of the random crop relative to its height, at most 10. Default: 4/3, as in torchvision.</summary>
    public double GreatestCropAspectRatio { get; init; } = 4.0 / 3;

    /// <summary>Probability of the mirror image, 0 to 1. Default: 0. torchvision's default is 0.5.</summary>
    public double HorizontalFlipProbability { get; init; }

    /// <summary>
    /// Greatest rotation about the crop's centre to either side in degrees, 0 to 180. Default: 0. What lies beyond the image's edge is
    /// its mirror image, as in fastai.
    /// </summary>
    public double RotationDegrees { get; init; }

    /// <summary>All values times a factor from 1 - this to 1 + this; 0 to 1. Default: 0. As torchvision's <c>ColorJitter</c>.</summary>
    public double Brightness { get; init; }

    /// <summary>
    /// All values' distance from the view's mean grey times a factor drawn from 1 - this to 1 + this; 0 to 1. Default: 0. As
    /// torchvision's <c>ColorJitter</c>.
    /// </summary>
    public double Contrast { get; init; }

    /// <summary>
    /// All values' distance from their pixel's grey times a factor drawn from 1 - this to 1 + this; 0 to 1. Default: 0. As torchvision's
    /// <c>ColorJitter</c>.
    /// </summary>
    public double Saturation { get; init; }

    /// <summary>
    /// Greatest shift of the hue to either side as a fraction of the colour circle, 0 to 0.5. Default: 0. As torchvision's
    /// <c>ColorJitter</c>.
    /// </summary>
    public double Hue { get; init; }

    /// <summary>
    /// Probability that a random rectangle is set to <see cref="ImagePreprocessing.Mean"/>, 0 to 1. Default: 0. timm's recipes take 0.25.
    /// </summary>
    public double ErasingProbability { get; init; }

    /// <summary>
    /// Smallest erased area as a fraction of the view's, above 0, at most <see cref="GreatestErasedArea"/>. Default: 0.02, as in
    /// torchvision and timm.
    /// </summary>
    public double SmallestErasedArea { get; init; } = 0.02;

    /// <summary>Greatest erased area as a fraction of the view's, at most 1. Default: 1/3, as in timm.</summary>
    public double GreatestErasedArea { get; init; } = 1.0 / 3;

    /// <summary>
    /// Smallest width of the erased rectangle relative to its height, 0.1 to <see cref="GreatestErasedAspectRatio"/>. Default: 0.3, as in
    /// torchvision and timm.
    /// </summary>
    public double SmallestErasedAspectRatio { get; init; } = 0.3;

    /// <summary>Greatest width of the erased rectangle relative to its height, at most 10. Default: 1/0.3, as in timm.</summary>
    public double GreatestErasedAspectRatio { get; init; } = 1 / 0.3;

    /// <summary>Whether images stay as they are.</summary>
    public bool IsNone => !CropsAtRandom && !JittersColours
        && HorizontalFlipProbability == 0 && RotationDegrees == 0 && ErasingProbability == 0;

    internal bool CropsAtRandom => SmallestCropArea < 1;

    internal bool JittersColours => Brightness > 0 || Contrast > 0 || Saturation > 0 || Hue > 0;

    /// <summary>The preset of a name, in any case.</summary>
    /// <exception cref="ArgumentException">There is no such preset.</exception>
    internal static ImageAugmentation FromName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.ToUpperInvariant() switch
        {
            "NONE" => None,
            "LIGHT" => Light,
            "MEDIUM" => Medium,
            "STANDARD" => Standard,
            "STRONG" => Strong,
            _ => throw new ArgumentException(
                $"There is no augmentation '{name}'; {string.Join(", ", PresetNames)} are allowed.", nameof(name)),
        };
    }

    internal void Validate()
    {
        CheckAreas(SmallestCropArea, nameof(SmallestCropArea), GreatestCropArea, nameof(GreatestCropArea));
        CheckAspectRatios(
            SmallestCropAspectRatio, nameof(SmallestCropAspectRatio), GreatestCropAspectRatio, nameof(GreatestCropAspectRatio));
        Require.Between(0, 1, HorizontalFlipProbability);
        Require.Between(0, 180, RotationDegrees);
        Require.Between(0, 1, Brightness);
        Require.Between(0, 1, Contrast);
        Require.Between(0, 1, Saturation);
        Require.Between(0, 0.5, Hue);
        Require.Between(0, 1, ErasingProbability);
        CheckAreas(SmallestErasedArea, nameof(SmallestErasedArea), GreatestErasedArea, nameof(GreatestErasedArea));
        CheckAspectRatios(
            SmallestErasedAspectRatio, nameof(SmallestErasedAspectRatio), GreatestErasedAspectRatio, nameof(GreatestErasedAspectRatio));
    }

    private static void CheckAreas(double smallest, string smallestName, double greatest, string greatestName)
    {
        Require.That(greatest is > 0 and <= 1, greatest, "more than 0 and at most 1", greatestName);
        Require.That(
            smallest > 0 && smallest <= greatest,
            smallest,
            FormattableString.Invariant($"more than 0 and at most {greatestName} = {greatest}"),
            smallestName);
    }

    private static void CheckAspectRatios(double smallest, string smallestName, double greatest, string greatestName)
    {
        const double least = 1 / MaxAspectRatio;
        Require.Between(least, MaxAspectRatio, greatest, greatestName);
        Require.That(
            smallest >= least && smallest <= greatest,
            smallest,
            FormattableString.Invariant($"{least} to {greatestName} = {greatest}"),
            smallestName);
    }
}
