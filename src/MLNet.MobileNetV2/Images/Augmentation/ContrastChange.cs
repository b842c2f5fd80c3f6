using System.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>Moves every value away from the mean grey or towards it: torchvision's <c>adjust_contrast</c>.</summary>
/// <param name="Mean">The view's mean grey.</param>
/// <param name="Factor">The factor on the distance, at least 0.</param>
internal readonly record struct ContrastChange(float Mean, float Factor) : IPixelChange
{
    public void Apply(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue)
    {
        var fixedPart = new Vector<float>(Mean * (1 - Factor));
        red = ColourRange.Limit((red * Factor) + fixedPart);
        green = ColourRange.Limit((green * Factor) + fixedPart);
        blue = ColourRange.Limit((blue * Factor) + fixedPart);
    }
}
