using System.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>Multiplies every value: torchvision's <c>adjust_brightness</c>.</summary>
/// <param name="Factor">The factor, at least 0.</param>
internal readonly record struct BrightnessChange(float Factor) : IPixelChange
{
    public void Apply(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue)
    {
        red = Vector.Min(red * Factor, new(byte.MaxValue));
        green = Vector.Min(green * Factor, new(byte.MaxValue));
        blue = Vector.Min(blue * Factor, new(byte.MaxValue));
    }
}
