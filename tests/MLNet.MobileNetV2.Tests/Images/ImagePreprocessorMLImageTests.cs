using Microsoft.ML.Data;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class ImagePreprocessorMLImageTests
{
    [Theory]
    [InlineData(SKEncodedImageFormat.Png, "photo.png")]
    [InlineData(SKEncodedImageFormat.Jpeg, "photo.jpg")]
    public void FromImage_OfAnUprightOpaqueFile_EqualsFromFile(SKEncodedImageFormat format, string name)
    {
        using var folder = new TempFolder();
        using SKBitmap photo = Pictures.Photo(400, 300);
        File.WriteAllBytes(folder.File(name), photo.EncodeAs(format));
        using MLImage image = MLImage.CreateFromFile(folder.File(name));

        Assert.Equal(Pictures.PrepareFile(folder.File(name)), Prepare(image, 224));
    }

    [Fact]
    public void FromImage_OfAFileWithAlpha_IsNearFromFile()
    {
        using var folder = new TempFolder();
        using SKBitmap picture = Pictures.Paint(100, 100, (x, y) => new SKColor((byte)(2 * x), (byte)(2 * y), 90, (byte)(x + y)));
        File.WriteAllBytes(folder.File("a.png"), picture.EncodeAs(SKEncodedImageFormat.Png));
        using MLImage image = MLImage.CreateFromFile(folder.File("a.png"));

        PixelAssert.Near(Pictures.PrepareFile(folder.File("a.png"), 50), Prepare(image, 50), levels: 1);
    }

    [Theory]
    [InlineData(MLPixelFormat.Rgba32)]
    [InlineData(MLPixelFormat.Bgra32)]
    public void FromImage_OfPixelsWithAlpha_AddsTheMissingWhite(MLPixelFormat format)
    {
        // Premultiplied, as ML.NET has it: red 100 of 255 with alpha 102 leaves 153 of white.
        byte[] pixel = format == MLPixelFormat.Rgba32 ? [100, 20, 0, 102] : [0, 20, 100, 102];
        using MLImage image = MLImage.CreateFromPixels(2, 2, format, [.. pixel, .. pixel, .. pixel, .. pixel]);

        PixelAssert.AllNear((253, 173, 153), Prepare(image, 8));
        Assert.Equal(pixel, image.Pixels[..4].ToArray());
    }

    [Fact]
    public void FromImage_OfOpaqueBgraPixels_GivesRgba()
    {
        using MLImage image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [30, 20, 10, 255]);
        PixelAssert.AllNear((10, 20, 30), Prepare(image, 4));
    }

    [Fact]
    public void FromImage_OfNull_IsABadImage()
    {
        BadImageException error = Assert.Throws<BadImageException>(() => Prepare(null, 4));
        Assert.Null(error.Path);
        Assert.Contains("no image", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Prepare(MLImage? image, int size)
    {
        var preprocessor = new ImagePreprocessor(new() { Size = size });
        byte[] rgba = new byte[preprocessor.ByteCount];
        preprocessor.FromImage(image, rgba);
        return rgba;
    }
}
