using MLNet.MobileNetV2.Images;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

/// <summary>Which part of an image is kept.</summary>
public sealed class ImagePreprocessorCropTests
{
    private const int Size = 20;

    // A wide image with a red stripe at each end, which the centred square does not reach.
    private static readonly byte[] s_striped = Striped();

    [Fact]
    public void FromEncoded_WithTheCentredSquare_LosesTheEnds()
    {
        byte[] rgba = Prepare(new() { Size = Size, CropFraction = 1 });

        Assert.All(Enumerable.Range(0, Size), x => Assert.Equal((0, 0, 255), Pictures.At(rgba, Size, x, Size / 2)));
    }

    [Fact]
    public void FromEncoded_WithSquash_KeepsTheWholeImage()
    {
        byte[] rgba = Prepare(new() { Size = Size, Crop = ImageCrop.Squash, CropFraction = 1 });

        Assert.All((int[])[0, Size - 1], x => Assert.InRange(Pictures.At(rgba, Size, x, Size / 2).Red, 200, 255));
        Assert.All(Enumerable.Range(2, Size - 4), x => Assert.Equal((0, 0, 255), Pictures.At(rgba, Size, x, Size / 2)));
    }

    [Fact]
    public void FromEncoded_WithSquashAndAFraction_KeepsThatMuchOfEachSide()
    {
        byte[] rgba = Prepare(new() { Size = Size, Crop = ImageCrop.Squash, CropFraction = 0.8 });

        Assert.All(Enumerable.Range(0, Size), x => Assert.Equal((0, 0, 255), Pictures.At(rgba, Size, x, Size / 2)));
    }

    private static byte[] Prepare(ImagePreprocessing preprocessing)
    {
        var preprocessor = new ImagePreprocessor(preprocessing);
        byte[] rgba = new byte[preprocessor.ByteCount];
        preprocessor.FromEncoded(s_striped, path: null, rgba);
        return rgba;
    }

    private static byte[] Striped()
    {
        using SKBitmap picture = Pictures.Paint(
            80, Size, (x, _) => x is < 4 or >= 76 ? new SKColor(255, 0, 0) : new SKColor(0, 0, 255));
        return picture.EncodeAs(SKEncodedImageFormat.Png);
    }
}
