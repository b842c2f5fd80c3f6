using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class ImagePreprocessorAlphaTests
{
    [Theory]
    [InlineData(0, 255, 255, 255)]
    [InlineData(128, 227, 177, 127)]
    [InlineData(255, 200, 100, 0)]
    public void FromEncoded_OfATransparentPng_IsMixedWithWhite(byte alpha, int red, int green, int blue)
    {
        using SKBitmap picture = Pictures.Paint(20, 20, (_, _) => new SKColor(200, 100, 0, alpha));
        PixelAssert.AllNear((red, green, blue), Pictures.Prepare(picture.EncodeAs(SKEncodedImageFormat.Png), 16));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 0)]
    [InlineData(SKEncodedImageFormat.Webp, 4)]
    public void FromEncoded_OfAnOpaqueShapeOnBlackTransparency_HasNoDarkFringe(SKEncodedImageFormat format, int levels)
    {
        // A white disc: over white nothing of it may be seen, whatever colour the transparent pixels hold.
        using SKBitmap disc = Pictures.Paint(
            301, 301, (x, y) => ((x - 150) * (x - 150)) + ((y - 150) * (y - 150)) < 10_000 ? SKColors.White : new SKColor(0, 0, 0, 0));
        PixelAssert.AllNear((255, 255, 255), Pictures.Prepare(disc.EncodeAs(format), 64), levels);
    }

    [Fact]
    public void FromEncoded_OfAPalettePngWithTransparency_IsMixedWithWhite()
    {
        byte[] png = PngBytes.Create(2, 2, 8, 3, [0, 0, 1, 1], ("PLTE", [0, 0, 0, 10, 20, 30]), ("tRNS", [102]));
        byte[] rgba = Pictures.Prepare(png, 2, 1);
        Assert.Equal((153, 153, 153), Pictures.At(rgba, 2, 0, 0));
        Assert.Equal((10, 20, 30), Pictures.At(rgba, 2, 1, 1));
    }

    [Fact]
    public void FromEncoded_OfAGreyPngWithAlpha_IsMixedWithWhite()
    {
        byte[] png = PngBytes.Create(1, 1, 8, 4, [0, 51]);
        PixelAssert.AllNear((204, 204, 204), Pictures.Prepare(png, 4));
    }

    [Fact]
    public void FromEncoded_OfATransparentGif_IsWhiteThere()
    {
        byte[] gif = GifBytes.Create(2, 2, transparent: 0, (0, 0, 2, 2, [0, 0, 1, 1]));
        byte[] rgba = Pictures.Prepare(gif, 2, 1);
        Assert.Equal((255, 255, 255), Pictures.At(rgba, 2, 0, 0));
        Assert.Equal((0, 255, 0), Pictures.At(rgba, 2, 1, 1));
    }
}
