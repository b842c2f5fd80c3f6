using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>
/// How an image becomes the network's input. The record travels with the weights: the same image prepared another way
/// costs accuracy without an error.
/// </summary>
/// <remarks>
/// The image is turned upright (EXIF), transparent pixels are composited over white, what <see cref="Crop"/> and
/// <see cref="CropFraction"/> keep is resized to <see cref="Size"/> x <see cref="Size"/> pixels, and each channel (0..255) becomes
/// <c>(value - Mean) / Std</c>. The last step is part of the ONNX graph. Immutable and thread-safe.
/// </remarks>
public sealed record ImagePreprocessing
{
    internal const int MaxSize = 4096;

    /// <summary>Side of the square network input in pixels, 1 to 4096. Default: 224.</summary>
    public int Size { get; init; } = 224;

    /// <summary>What part of the image is kept. Default: <see cref="ImageCrop.CentredSquare"/>.</summary>
    public ImageCrop Crop { get; init; } = ImageCrop.CentredSquare;

    /// <summary>
    /// Length of the kept part as a fraction of the image's shorter side, or of each side for <see cref="ImageCrop.Squash"/>, in (0, 1].
    /// 0.875 is the usual "short side to 256, crop 224"; 1 keeps the full square or image. Default: 0.875.
    /// </summary>
    public double CropFraction { get; init; } = 0.875;

    /// <summary>Filter used for resizing. Default: <see cref="ResizeInterpolation.AntialiasedBilinear"/>.</summary>
    public ResizeInterpolation Interpolation { get; init; } = ResizeInterpolation.AntialiasedBilinear;

    /// <summary>At which size large JPEGs are decoded. Default: <see cref="JpegDecoding.Oversampled"/>.</summary>
    public JpegDecoding JpegDecoding { get; init; } = JpegDecoding.Oversampled;

    /// <summary>Order of the channels in the input tensor. Default: <see cref="ImageChannelOrder.Rgb"/>.</summary>
    public ImageChannelOrder ChannelOrder { get; init; } = ImageChannelOrder.Rgb;

    /// <summary>Subtracted from each channel, on the scale 0..255. Any finite value. Default: 127.5 for each.</summary>
    public ChannelValues Mean { get; init; } = new(127.5f, 127.5f, 127.5f);

    /// <summary>
    /// Divides each channel after <see cref="Mean"/> is subtracted, on the scale 0..255. Positive. Default: 127.5 for each.
    /// </summary>
    public ChannelValues Std { get; init; } = new(127.5f, 127.5f, 127.5f);

    internal void Validate()
    {
        Require.Between(1, MaxSize, Size);
        Require.Defined(Crop);
        Require.That(CropFraction is > 0 and <= 1, CropFraction, "more than 0 and at most 1");
        Require.Defined(Interpolation);
        Require.Defined(JpegDecoding);
        Require.Defined(ChannelOrder);
        Require.That(Mean.All(float.IsFinite), Mean, "a finite number for each channel");
        Require.That(Std.All(value => value > 0 && float.IsFinite(value)), Std, "a finite number above 0 for each channel");
    }
}

/// <summary>One value for each colour channel of an image.</summary>
/// <param name="Red">The value for red.</param>
/// <param name="Green">The value for green.</param>
/// <param name="Blue">The value for blue.</param>
public readonly record struct ChannelValues(float Red, float Green, float Blue)
{
    internal bool All(Predicate<float> isTrue) => isTrue(Red) && isTrue(Green) && isTrue(Blue);
}

/// <summary>The part of an image that becomes the network's input.</summary>
public enum ImageCrop
{
    /// <summary>A centred square: shapes stay as they are, and what lies beyond the square is lost.</summary>
    CentredSquare,

    /// <summary>
    /// A centred rectangle with the image's own aspect ratio, squashed to a square (timm's <c>crop_mode="squash"</c>): with a fraction of 1
    /// nothing is lost. Good where what tells classes apart may lie at the edge.
    /// </summary>
    Squash,
}

/// <summary>Order of the colour channels in the network's input tensor.</summary>
public enum ImageChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red.</summary>
    Bgr,
}

/// <summary>At which of JPEG's sizes, n eighths of its own, a large JPEG is decoded before it is resized.</summary>
public enum JpegDecoding
{
    /// <summary>
    /// The smallest with two pixels for each of the result along a side: within half a grey level of the full size on average.
    /// </summary>
    Oversampled,

    /// <summary>The smallest that covers the result: fastest, and about one grey level off.</summary>
    Covering,

    /// <summary>The full size: exact, and slow for many megapixels.</summary>
    Full,
}

/// <summary>Filter that resizes an image to the network's input size.</summary>
public enum ResizeInterpolation
{
    /// <summary>Bilinear with a support that grows with the reduction, as in Pillow, torchvision and timm.</summary>
    AntialiasedBilinear,
}
