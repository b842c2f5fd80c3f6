using System.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>The grey of a colour: ITU-R BT.601's weights, as in torchvision and Pillow.</summary>
internal static class Grey
{
    private const float RedPart = 0.299f;
    private const float GreenPart = 0.587f;
    private const float BluePart = 0.114f;

    /// <summary>The grey of one colour.</summary>
    public static float Of(float red, float green, float blue) => (RedPart * red) + (GreenPart * green) + (BluePart * blue);

    /// <summary>The greys of many colours.</summary>
    public static Vector<float> Of(Vector<float> red, Vector<float> green, Vector<float> blue) =>
        (red * RedPart) + (green * GreenPart) + (blue * BluePart);
}
