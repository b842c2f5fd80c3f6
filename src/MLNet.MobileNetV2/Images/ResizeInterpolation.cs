namespace MLNet.MobileNetV2;

/// <summary>Filter that resizes an image to the network's input size.</summary>
public enum ResizeInterpolation
{
    /// <summary>Bilinear with a support that grows with the reduction, as in Pillow, torchvision and timm.</summary>
    AntialiasedBilinear,
}
