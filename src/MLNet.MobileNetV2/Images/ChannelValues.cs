namespace MLNet.MobileNetV2;

/// <summary>One value for each colour channel of an image.</summary>
/// <param name="Red">The value for red.</param>
/// <param name="Green">The value for green.</param>
/// <param name="Blue">The value for blue.</param>
public readonly record struct ChannelValues(float Red, float Green, float Blue)
{
    internal bool All(Predicate<float> isTrue) => isTrue(Red) && isTrue(Green) && isTrue(Blue);
}
