using System.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>The range of a colour value.</summary>
internal static class ColourRange
{
    /// <summary>Values below 0 become 0, those above 255 become 255.</summary>
    public static Vector<float> Limit(Vector<float> values) => Vector.Min(Vector.Max(values, Vector<float>.Zero), new(byte.MaxValue));
}
