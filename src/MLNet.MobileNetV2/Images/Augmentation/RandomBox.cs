using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>
/// Draws a rectangle of a random area (as a fraction of the image's) and aspect ratio (width by height) in a random place of an image.
/// </summary>
/// <remarks>
/// Like torchvision's <c>RandomResizedCrop</c>, but without its repeated draws: the area is drawn from what fits at the aspect ratio
/// drawn, and a rectangle that is too large at the smallest area is made smaller, not centred.
/// </remarks>
internal readonly record struct RandomBox(
    double SmallestArea, double GreatestArea, double SmallestAspectRatio, double GreatestAspectRatio)
{
    /// <summary>The next rectangle, inside the image.</summary>
    public CropBox Draw(double width, double height, ref SplitMix64 random)
    {
        double aspectRatio = Math.Exp(random.NextDouble(Math.Log(SmallestAspectRatio), Math.Log(GreatestAspectRatio)));
        double fitting = Math.Min(aspectRatio * height / width, width / (aspectRatio * height));
        double greatest = Math.Min(GreatestArea, fitting);
        double area = random.NextDouble(Math.Min(SmallestArea, greatest), greatest) * width * height;
        double boxWidth = Math.Min(Math.Sqrt(area * aspectRatio), width);
        double boxHeight = Math.Min(Math.Sqrt(area / aspectRatio), height);
        return new((width - boxWidth) * random.NextDouble(), (height - boxHeight) * random.NextDouble(), boxWidth, boxHeight);
    }
}
