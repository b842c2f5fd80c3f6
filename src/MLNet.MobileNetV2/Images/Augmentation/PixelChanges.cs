using System.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>A change of colours, many pixels at a time. The values are 0..255 before and after it.</summary>
internal interface IPixelChange
{
    /// <summary>Changes as many pixels as a vector has places.</summary>
    void Apply(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue);
}

/// <summary>Multiplies every value: torchvision's <c>adjust_brightness</c>.</summary>
internal readonly record struct BrightnessChange(float Factor) : IPixelChange
{
    public void Apply(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue)
    {
        red = Vector.Min(red * Factor, new(byte.MaxValue));
        green = Vector.Min(green * Factor, new(byte.MaxValue));
        blue = Vector.Min(blue * Factor, new(byte.MaxValue));
    }
}

/// <summary>Moves every value away from the mean grey or towards it: torchvision's <c>adjust_contrast</c>.</summary>
internal readonly record struct ContrastChange(float Mean, float Factor) : IPixelChange
{
    public void Apply(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue)
    {
        var fixedPart = new Vector<float>(Mean * (1 - Factor));
        red = Colour.Limit((red * Factor) + fixedPart);
        green = Colour.Limit((green * Factor) + fixedPart);
        blue = Colour.Limit((blue * Factor) + fixedPart);
    }
}

/// <summary>Moves every value away from its pixel's grey or towards it: torchvision's <c>adjust_saturation</c>.</summary>
internal readonly record struct SaturationChange(float Factor) : IPixelChange
{
    public void Apply(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue)
    {
        Vector<float> greyPart = Colour.Grey(red, green, blue) * (1 - Factor);
        red = Colour.Limit((red * Factor) + greyPart);
        green = Colour.Limit((green * Factor) + greyPart);
        blue = Colour.Limit((blue * Factor) + greyPart);
    }
}

/// <summary>Turns every colour around the colour circle; its HSV saturation and value stay: torchvision's <c>adjust_hue</c>.</summary>
/// <param name="Shift">The shift as a fraction of the circle, -0.5 to 0.5.</param>
internal readonly record struct HueShift(float Shift) : IPixelChange
{
    // Hues are counted in sixths of the circle, from red over yellow, green, cyan, blue and magenta.
    private const float Sixths = 6;

    public void Apply(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue)
    {
        Vector<float> value = Vector.Max(red, Vector.Max(green, blue));
        Vector<float> chroma = value - Vector.Min(red, Vector.Min(green, blue));
        Vector<float> divisor = Vector.ConditionalSelect(Vector.Equals(chroma, Vector<float>.Zero), Vector<float>.One, chroma);
        Vector<float> fromGreen = new Vector<float>(2) + ((blue - red) / divisor);
        Vector<float> fromBlue = new Vector<float>(4) + ((red - green) / divisor);
        Vector<float> hue = new Vector<float>(Sixths * Shift) + Vector.ConditionalSelect(
            Vector.Equals(value, red),
            (green - blue) / divisor,
            Vector.ConditionalSelect(Vector.Equals(value, green), fromGreen, fromBlue));

        red = Channel(value, chroma, hue, 5);
        green = Channel(value, chroma, hue, 3);
        blue = Channel(value, chroma, hue, 1);
    }

    // A channel is at the value for a third of the circle, a sixth to each side of its own hue; the offset turns the circle so
    // that the part below it lies at 0 to 4 sixths.
    private static Vector<float> Channel(Vector<float> value, Vector<float> chroma, Vector<float> hue, float offset)
    {
        Vector<float> place = hue + new Vector<float>(offset);
        place -= Vector.Floor(place / new Vector<float>(Sixths)) * Sixths;
        Vector<float> below = Vector.Min(place, new Vector<float>(4) - place);
        return value - (chroma * Vector.Min(Vector.Max(below, Vector<float>.Zero), Vector<float>.One));
    }
}

/// <summary>Greys by ITU-R BT.601's weights, as in torchvision and Pillow, and the range of colour values.</summary>
internal static class Colour
{
    private const float RedPart = 0.299f;
    private const float GreenPart = 0.587f;
    private const float BluePart = 0.114f;

    public static float Grey(float red, float green, float blue) => (RedPart * red) + (GreenPart * green) + (BluePart * blue);

    public static Vector<float> Grey(Vector<float> red, Vector<float> green, Vector<float> blue) =>
        (red * RedPart) + (green * GreenPart) + (blue * BluePart);

    /// <summary>Values below 0 become 0, those above 255 become 255.</summary>
    public static Vector<float> Limit(Vector<float> values) => Vector.Min(Vector.Max(values, Vector<float>.Zero), new(byte.MaxValue));
}
