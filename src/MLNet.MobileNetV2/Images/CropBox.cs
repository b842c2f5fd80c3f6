namespace MLNet.MobileNetV2.Images;

/// <summary>A rectangle of an image in pixels from its upper left corner; the edges may lie between pixels.</summary>
/// <remarks>
/// The edges are not rounded: a centred square then covers the same part of an image however it is mirrored or turned.
/// </remarks>
internal readonly record struct CropBox(double Left, double Top, double Width, double Height)
{
    public CropBox(double left, double top, double side)
        : this(left, top, side, side)
    {
    }

    /// <summary>The centred square whose side is a fraction of the shorter side.</summary>
    public static CropBox Centred(double width, double height, double fraction)
    {
        double side = fraction * Math.Min(width, height);
        return new((width - side) / 2, (height - side) / 2, side);
    }
}
