namespace MLNet.MobileNetV2.WeightsImport;

/// <summary>The side of the image that a file's graph takes.</summary>
internal static class ImageSide
{
    private const int Default = 224;

    /// <summary>The side; 224 where the graph leaves both sides open (null).</summary>
    /// <exception cref="WeightsFormatException">The image is not square, or too large.</exception>
    public static int Check(string source, (long? Height, long? Width) sides)
    {
        (long height, long width) = (sides.Height ?? sides.Width ?? Default, sides.Width ?? sides.Height ?? Default);
        return height == width && height is >= 1 and <= ImagePreprocessing.MaxSize
            ? (int)height
            : throw new WeightsFormatException(
                source, $"its graph takes images of {height} x {width}; a square of 1 to {ImagePreprocessing.MaxSize} is allowed.");
    }
}
