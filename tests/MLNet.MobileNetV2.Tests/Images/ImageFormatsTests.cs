using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class ImageFormatsTests
{
    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("photo.JPEG")]
    [InlineData("a.b/photo.Png")]
    [InlineData("photo.webp")]
    [InlineData("photo.bmp")]
    [InlineData(".gif")]
    public void HasImageExtension_OfAPicture_IsTrueInAnyCase(string path) => Assert.True(ImageFormats.HasImageExtension(path));

    [Theory]
    [InlineData("")]
    [InlineData("jpg")]
    [InlineData("photo.jpg.txt")]
    [InlineData("photo.jpg/readme")]
    [InlineData("photo.tiff")]
    [InlineData("photo.")]
    public void HasImageExtension_OfAnotherFile_IsFalse(string path) => Assert.False(ImageFormats.HasImageExtension(path));

    [Fact]
    public void Extensions_AreTheFiveFormatsAndCannotBeChanged()
    {
        Assert.Equal([".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"], ImageFormats.Extensions);
        Assert.Throws<NotSupportedException>(() => ((IList<string>)ImageFormats.Extensions)[0] = ".exe");
    }
}
