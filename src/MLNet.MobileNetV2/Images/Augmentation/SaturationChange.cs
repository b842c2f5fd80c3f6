using System.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>Moves every value away from its pixel's grey or towards it: torchvision's <c>adjust_saturation</c>.</summary>
/// <param name="Factor">The factor on the distance, at least 0.</param>
internal readonly record struct SaturationChange(float Factor) : IPixelChange
{
    public void Apply(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue)
    {
        Vector<float> greyPart = Grey.Of(red, green, blue) * (1 - Factor);
        red = ColourRange.Limit((red * Factor) + greyPart);
        green = ColourRange.Limit((green * Factor) + greyPart);
        blue = ColourRange.Limit((blue * Factor) + greyPart);
    }
}
