using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class PhotoPictureTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Read_OfATurnedPhoto_IsUprightAndOfItsOwnSize(int orientation)
    {
        // The stored picture of orientation 6 is the upright one turned by 90 degrees against the clock.
        using SKBitmap upright = Pictures.Quadrants(60, 40);
        using SKBitmap stored = orientation == 1 ? upright.Copy() : Pictures.Paint(40, 60, (x, y) => upright.GetPixel(59 - y, x));
        string path = _folder.File("photo.jpg");
        File.WriteAllBytes(path, JpegBytes.WithOrientation(stored.EncodeAs(SKEncodedImageFormat.Jpeg), orientation));

        using var picture = PhotoPicture.Read(path);

        Assert.Equal((60, 40), (picture.Width, picture.Height));

        // JPEG halves the resolution of colour.
        Assert.InRange(PixelAssert.MeanDifference(upright.Bytes().ToArray(), picture.Pixels.ToArray()), 0, 3);
    }

    [Theory]
    [InlineData(1, 600, 400, 160, 160, 107)]
    [InlineData(6, 600, 400, 160, 160, 107)]
    [InlineData(6, 60, 40, 160, 60, 40)]
    [InlineData(1, 900, 2, 160, 160, 1)]
    public void ReadSmall_IsUpright_OfTheSameShape_AndNeverLarger(
        int orientation, int width, int height, int mostSide, int smallWidth, int smallHeight)
    {
        using SKBitmap upright = Pictures.Quadrants(width, height);
        using SKBitmap stored = orientation == 1
            ? upright.Copy()
            : Pictures.Paint(height, width, (x, y) => upright.GetPixel(width - 1 - y, x));
        string path = _folder.File("photo.jpg");
        File.WriteAllBytes(path, JpegBytes.WithOrientation(stored.EncodeAs(SKEncodedImageFormat.Jpeg), orientation));

        using var picture = PhotoPicture.ReadSmall(path, mostSide);
        using SKBitmap webp = SKBitmap.Decode(picture.ToWebp(70));

        Assert.Equal((smallWidth, smallHeight), (picture.Width, picture.Height));
        Assert.Equal((smallWidth, smallHeight), (webp.Width, webp.Height));
        SKColor corner = picture.Bitmap.GetPixel(0, 0);
        Assert.True(height < 10 || (corner.Red > 150 && corner.Green < 100), corner.ToString());
    }

    [Fact]
    public void ReadSmall_OfAFileThatIsNotThere_NamesIt() =>
        Assert.Throws<BadImageException>(() => PhotoPicture.ReadSmall(_folder.File("gone.jpg"), 160));

    [Theory]
    [InlineData("a.jpg", SKEncodedImageFormat.Jpeg)]
    [InlineData("a.JPEG", SKEncodedImageFormat.Jpeg)]
    [InlineData("a.png", SKEncodedImageFormat.Png)]
    [InlineData("a.webp", SKEncodedImageFormat.Webp)]
    public void Save_WritesTheFormatThatTheNameAsksFor(string name, SKEncodedImageFormat format)
    {
        File.WriteAllBytes(_folder.File("photo.png"), Pictures.Photo(33, 20).EncodeAs(SKEncodedImageFormat.Png));
        using var picture = PhotoPicture.Read(_folder.File("photo.png"));

        picture.Save(_folder.File(name));

        using SKCodec codec = SKCodec.Create(_folder.File(name));
        Assert.Equal((format, 33, 20), (codec.EncodedFormat, codec.Info.Width, codec.Info.Height));
        Assert.Equal(2, _folder.Names().Length);
    }

    [Theory]
    [InlineData("a.gif")]
    [InlineData("a")]
    public void FormatOf_AnotherExtension_NamesTheFileAndWhatIsAllowed(string name) => Assert.StartsWith(
        $"The picture '{name}' must end with .jpg, .jpeg, .png or .webp.",
        Assert.Throws<ArgumentException>(() => PhotoPicture.FormatOf(name)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Save_OfAPictureThatTheFormatDoesNotTake_NamesTheWayOut()
    {
        File.WriteAllBytes(
            _folder.File("long.png"), Pictures.Paint(70_000, 1, (x, _) => new((byte)x, 0, 0)).EncodeAs(SKEncodedImageFormat.Png));
        using var picture = PhotoPicture.Read(_folder.File("long.png"));

        IOException error = Assert.Throws<IOException>(() => picture.Save(_folder.File("long.jpg")));

        Assert.EndsWith("of 70000 x 1 pixels is too large for Jpeg; .png takes it.", error.Message, StringComparison.Ordinal);
        picture.Save(_folder.File("copy.png"));
        Assert.Equal(["copy.png", "long.png"], _folder.Names().Order());
    }

    [Fact]
    public void Read_OfABadPhoto_NamesIt()
    {
        File.WriteAllText(_folder.File("text.jpg"), "no image");

        Assert.Equal(_folder.File("text.jpg"), Assert.Throws<BadImageException>(() => PhotoPicture.Read(_folder.File("text.jpg"))).Path);
    }
}
