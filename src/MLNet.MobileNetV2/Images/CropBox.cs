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

    /// <summary>The part of an image that a preprocessing keeps.</summary>
    public static CropBox Of(ImagePreprocessing preprocessing, double width, double height)
    {
        double fraction = preprocessing.CropFraction;
        double shorter = Math.Min(width, height);
        (double keptWidth, double keptHeight) = preprocessing.Crop == ImageCrop.Squash
            ? (fraction * width, fraction * height)
            : (fraction * shorter, fraction * shorter);
        return new((width - keptWidth) / 2, (height - keptHeight) / 2, keptWidth, keptHeight);
    }
}
