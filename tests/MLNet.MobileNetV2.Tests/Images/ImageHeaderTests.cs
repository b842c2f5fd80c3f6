using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

public class ImageHeaderTests
{
    [Theory]
    [InlineData(1, 60, 30, false)]
    [InlineData(3, 60, 30, false)]
    [InlineData(5, 30, 60, true)]
    [InlineData(6, 30, 60, true)]
    [InlineData(8, 30, 60, true)]
    public void Read_GivesTheSizeOfTheUprightImage(int orientation, int width, int height, bool isOnItsSide)
    {
        using var temp = new TempFolder();
        using SKBitmap bitmap = Pictures.Quadrants(60, 30);
        string path = temp.File("a.jpg");
        File.WriteAllBytes(path, JpegBytes.WithOrientation(bitmap.EncodeAs(SKEncodedImageFormat.Jpeg), orientation));

        Assert.Equal(new ImageHeader(width, height, isOnItsSide), ImageHeader.Read(path));
    }

    [Fact]
    public void Read_OfAnImageWithoutItsEnd_NeedsNoPixels()
    {
        using var temp = new TempFolder();
        using SKBitmap bitmap = Pictures.Photo(60, 30);
        string path = temp.File("a.png");
        File.WriteAllBytes(path, bitmap.EncodeAs(SKEncodedImageFormat.Png)[..2000]);

        Assert.Equal(new ImageHeader(60, 30, IsOnItsSide: false), ImageHeader.Read(path));
    }

    [Theory]
    [InlineData("not an image")]
    [InlineData("")]
    public void Read_OfNoImage_ThrowsNamingTheFile(string text)
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp.File("a.jpg"), text);

        AssertMessage.Tells(Assert.Throws<BadImageException>(() => ImageHeader.Read(temp.File("a.jpg"))).Message, "a.jpg");
        Assert.Throws<BadImageException>(() => ImageHeader.Read(temp.File("none.jpg")));
    }
}
