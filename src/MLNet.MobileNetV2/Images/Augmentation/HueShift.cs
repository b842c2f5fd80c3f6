using System.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

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
