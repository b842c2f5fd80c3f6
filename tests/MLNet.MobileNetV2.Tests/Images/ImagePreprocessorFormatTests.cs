using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class ImagePreprocessorFormatTests
{
    [Theory]
    [InlineData(224, 0.875)]
    [InlineData(96, 1.0)]
    public void FromEncoded_OfAPng_IsTheCentredSquareResized(int size, double fraction)
    {
        using SKBitmap photo = Pictures.Photo(333, 250);
        double side = 250 * fraction;
        byte[] expected = NaiveResampler.Resize(photo.Bytes(), 333, 250, (333 - side) / 2, (250 - side) / 2, side, size);

        PixelAssert.Near(expected, Pictures.Prepare(photo.EncodeAs(SKEncodedImageFormat.Png), size, fraction), levels: 1);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, "photo.jpg")]
    [InlineData(SKEncodedImageFormat.Webp, "photo.webp")]
    [InlineData(SKEncodedImageFormat.Png, "png named like a.jpg")]
    public void FromFile_OfEachFormat_IsThePicture(SKEncodedImageFormat format, string name)
    {
        using var folder = new TempFolder();
        using SKBitmap photo = Pictures.Photo(300, 240);
        File.WriteAllBytes(folder.File(name), photo.EncodeAs(format));

        byte[] actual = Pictures.PrepareFile(folder.File(name));

        byte[] expected = Pictures.Prepare(photo.EncodeAs(SKEncodedImageFormat.Png));
        Assert.InRange(PixelAssert.MeanDifference(expected, actual), 0, 3);
    }

    [Fact]
    public void FromEncoded_OfABgrBmp_HasTheColoursInPlace()
    {
        byte[] bmp = BmpBytes.Bgr(3, 2, [0, 0, 255, 0, 0, 255, 0, 0, 255, 255, 0, 0, 255, 0, 0, 255, 0, 0]);
        byte[] rgba = Pictures.Prepare(bmp, 8, 1);
        Assert.Equal((255, 0, 0), Pictures.At(rgba, 8, 4, 0));
        Assert.Equal((0, 0, 255), Pictures.At(rgba, 8, 4, 7));
    }

    [Fact]
    public void FromEncoded_OfA32BitBmpWithoutAlpha_IgnoresTheUnusedByte() =>
        PixelAssert.AllNear((30, 20, 10), Pictures.Prepare(BmpBytes.Bgrx(1, 1, [10, 20, 30, 0]), 4));

    [Fact]
    public void FromEncoded_OfAPaletteBmp_HasThePalettesColours()
    {
        byte[] bmp = BmpBytes.Palette(2, 2, [0, 0, 1, 1], (10, 120, 230), (250, 130, 20));
        byte[] rgba = Pictures.Prepare(bmp, 2, 1);
        Assert.Equal((10, 120, 230), Pictures.At(rgba, 2, 0, 0));
        Assert.Equal((250, 130, 20), Pictures.At(rgba, 2, 1, 1));
    }

    [Fact]
    public void FromEncoded_OfAnAnimatedGif_IsTheFirstFrame()
    {
        byte[] gif = GifBytes.Create(
            4, 4, transparent: -1, (0, 0, 4, 4, new byte[16]), (0, 0, 4, 4, Enumerable.Repeat((byte)1, 16).ToArray()));
        PixelAssert.AllNear((255, 0, 0), Pictures.Prepare(gif, 8));
    }

    [Fact]
    public void FromEncoded_OfAGifFrameSmallerThanTheCanvas_IsWhiteAroundIt()
    {
        // Fills the pooled memory first: nothing of it may shine through.
        Pictures.Prepare(GifBytes.Create(8, 8, transparent: -1, (0, 0, 8, 8, new byte[64])), 8, 1);

        byte[] gif = GifBytes.Create(8, 8, transparent: 3, (0, 0, 4, 8, Enumerable.Repeat((byte)2, 32).ToArray()));
        byte[] rgba = Pictures.Prepare(gif, 8, 1);

        Assert.Equal((0, 0, 255), Pictures.At(rgba, 8, 0, 4));
        Assert.Equal((255, 255, 255), Pictures.At(rgba, 8, 7, 4));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    public void FromEncoded_OfAGreyscalePicture_HasThreeEqualChannels(SKEncodedImageFormat format)
    {
        using var grey = new SKBitmap(new SKImageInfo(64, 64, SKColorType.Gray8, SKAlphaType.Opaque));
        grey.Bytes().Fill(93);
        PixelAssert.AllNear((93, 93, 93), Pictures.Prepare(grey.EncodeAs(format), 32), levels: 1);
    }

    [Fact]
    public void FromEncoded_OfAPalettePng_HasThePalettesColours()
    {
        byte[] png = PngBytes.Create(2, 2, 8, 3, [1, 1, 0, 0], ("PLTE", [9, 8, 7, 201, 202, 203]));
        byte[] rgba = Pictures.Prepare(png, 2, 1);
        Assert.Equal((201, 202, 203), Pictures.At(rgba, 2, 0, 0));
        Assert.Equal((9, 8, 7), Pictures.At(rgba, 2, 1, 1));
    }

    [Fact]
    public void FromEncoded_OfA16BitPng_KeepsTheUpperByte()
    {
        byte[] png = PngBytes.Create(1, 1, 16, 2, [100, 0, 150, 0, 200, 0]);
        PixelAssert.AllNear((100, 150, 200), Pictures.Prepare(png, 4), levels: 1);
    }

    [Fact]
    public void FromEncoded_OfAPngWithGamma_TakesTheStoredValues()
    {
        byte[] png = PngBytes.Create(1, 1, 8, 2, [100, 150, 200], ("gAMA", [0, 1, 0x86, 0xA0]));
        PixelAssert.AllNear((100, 150, 200), Pictures.Prepare(png, 4));
    }

    [Fact]
    public void FromEncoded_OfACmykJpeg_IsItsColour() =>
        PixelAssert.AllNear((255, 128, 0), Pictures.Prepare(JpegBytes.Cmyk(255, 128, 0, 255), 8), levels: 2);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2000)]
    [InlineData(2000, 1)]
    public void FromEncoded_OfAThinPicture_IsItsColour(int width, int height)
    {
        using SKBitmap thin = Pictures.Paint(width, height, (_, _) => new SKColor(12, 34, 56));
        PixelAssert.AllNear((12, 34, 56), Pictures.Prepare(thin.EncodeAs(SKEncodedImageFormat.Png)));
    }

    [Fact]
    public void FromEncoded_OfASmallPicture_IsEnlargedSmoothly()
    {
        using SKBitmap small = Pictures.Photo(10, 7);
        byte[] expected = NaiveResampler.Resize(small.Bytes(), 10, 7, 1.5, 0, 7, 224);
        PixelAssert.Near(expected, Pictures.Prepare(small.EncodeAs(SKEncodedImageFormat.Png), 224, 1), levels: 1);
    }

    [Fact]
    public void FromFile_FromManyThreads_GivesEveryPictureItsPixels()
    {
        using var folder = new TempFolder();
        string[] files = [.. Enumerable.Range(0, 8).Select(index => folder.File($"{index}.jpg"))];
        for (int index = 0; index < files.Length; index++)
        {
            using SKBitmap photo = Pictures.Photo(200 + (10 * index), 180);
            File.WriteAllBytes(files[index], photo.EncodeAs(SKEncodedImageFormat.Jpeg));
        }

        byte[][] expected = [.. files.Select(file => Pictures.PrepareFile(file))];
        var preprocessor = new ImagePreprocessor(new());
        Parallel.For(0, 80, index =>
        {
            byte[] rgba = new byte[preprocessor.ByteCount];
            preprocessor.FromFile(files[index % files.Length], rgba);
            Assert.Equal(expected[index % files.Length], rgba);
        });
    }

    [Fact]
    public void FromEncoded_IntoABufferOfAnotherLength_ThrowsNamingBoth()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new ImagePreprocessor(new()).FromEncoded(new byte[10], null, new byte[99]));
        Assert.Contains("99 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("200704", error.Message, StringComparison.Ordinal);
    }
}
