using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>Draws a rectangle of a random area and aspect ratio at a random place of an image.</summary>
/// <remarks>
/// Like torchvision's <c>RandomResizedCrop</c>, but without its repeated draws: the area is drawn from what fits at the aspect ratio
/// drawn, and a rectangle that is too large at the smallest area is made smaller, not centred.
/// </remarks>
/// <param name="SmallestArea">Smallest area as a fraction of the image's.</param>
/// <param name="GreatestArea">Greatest area as a fraction of the image's.</param>
/// <param name="SmallestAspectRatio">Smallest width relative to the height.</param>
/// <param name="GreatestAspectRatio">Greatest width relative to the height.</param>
internal readonly record struct RandomBox(
    double SmallestArea, double GreatestArea, double SmallestAspectRatio, double GreatestAspectRatio)
{
    /// <summary>The next rectangle, inside the image.</summary>
    /// <param name="width">The image's width.</param>
    /// <param name="height">The image's height.</param>
    /// <param name="random">Gives four numbers.</param>
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
