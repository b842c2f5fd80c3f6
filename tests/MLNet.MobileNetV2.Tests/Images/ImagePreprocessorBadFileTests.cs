using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class ImagePreprocessorBadFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FromFile_OfAnEmptyFile_SaysThatItIsEmpty() => AssertBad(Write("a.jpg", []), "the file is empty");

    [Fact]
    public void FromFile_OfAMissingFile_NamesTheWholePath() => AssertBad(_folder.File("none.jpg"), $"no file '{_folder.File("none.jpg")}'");

    [Fact]
    public void FromFile_OfAFolder_SaysThatItIsAFolder() => AssertBad(_folder.Path, "it is a folder");

    [Fact]
    public void FromFile_OfAnEmptyPath_SaysSo() => AssertBad("", "the path is empty");

    [Fact]
    public void FromFile_OfANullPath_SaysSo() => AssertBad(null, "no path was given");

    [Fact]
    public void FromFile_OfAPathThatNoFileCanHave_IsABadImage() => AssertBad("a\0b.jpg", "the file cannot be read");

    [Theory]
    [InlineData("This is a text.", "begins with the text 'This is a te'")]
    [InlineData("GIF88a", "begins with the text 'GIF88a'")]
    [InlineData("\u0001\u0002\u0003", "begins with the bytes 010203")]
    [InlineData("II*\0\u0008\0\0\0", "looks like TIFF")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0", "looks like HEIC")]
    [InlineData("\0\0\0\u0018ftypavif\0\0\0\0", "looks like AVIF")]
    public void FromFile_OfSomethingElseNamedJpg_SaysWhatItLooksLikeAndWhatIsAllowed(string content, string found)
    {
        string path = Write("photo.jpg", System.Text.Encoding.Latin1.GetBytes(content));
        AssertBad(path, "it is not a JPEG, PNG, WebP, BMP or GIF image");
        AssertBad(path, found);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, 0.02)]
    [InlineData(SKEncodedImageFormat.Jpeg, 0.3)]
    [InlineData(SKEncodedImageFormat.Jpeg, 0.6)]
    [InlineData(SKEncodedImageFormat.Jpeg, 0.99)]
    [InlineData(SKEncodedImageFormat.Png, 0.005)]
    [InlineData(SKEncodedImageFormat.Png, 0.5)]
    [InlineData(SKEncodedImageFormat.Png, 0.98)]
    [InlineData(SKEncodedImageFormat.Webp, 0.01)]
    [InlineData(SKEncodedImageFormat.Webp, 0.5)]
    [InlineData(SKEncodedImageFormat.Webp, 0.98)]
    public void FromFile_OfATruncatedPicture_SaysThatItIsTruncated(SKEncodedImageFormat format, double part)
    {
        using SKBitmap photo = Pictures.Photo(320, 240);
        byte[] whole = photo.EncodeAs(format, 90);
        AssertBad(Write("cut", whole[..(int)(whole.Length * part)]), "truncated");
    }

    [Fact]
    public void FromFile_OfATruncatedLargeJpeg_SaysThatItIsTruncated()
    {
        using SKBitmap photo = Pictures.Photo(1200, 1000);
        byte[] whole = photo.EncodeAs(SKEncodedImageFormat.Jpeg, 90);
        AssertBad(Write("cut.jpg", whole[..(whole.Length / 2)]), "truncated");
    }

    [Fact]
    public void FromFile_OfATruncatedBmpOrGif_SaysThatItIsTruncated()
    {
        AssertBad(Write("cut.bmp", BmpBytes.Bgr(20, 20, new byte[1200])[..700]), "truncated");
        byte[] gif = GifBytes.Create(20, 20, transparent: -1, (0, 0, 20, 20, new byte[400]));
        AssertBad(Write("cut.gif", gif[..(gif.Length / 2)]), "truncated");
    }

    [Theory]
    [InlineData(60_000, 60_000, "at most 250 megapixels")]
    [InlineData(15_000, 15_000, "cannot hold its 15000 x 15000 pixels")]
    public void FromFile_OfAHeaderThatClaimsTooMuch_IsRefusedWithoutAllocating(int width, int height, string reason)
    {
        string path = Write("bomb.png", PngBytes.HeaderOnly(width, height));
        AssertBad(path, reason);

        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertBad(path, $"{width} x {height}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void FromFile_AboveTheLimit_NamesLengthAndLimit()
    {
        string path = _folder.File("huge.jpg");
        using (FileStream file = File.Create(path))
        {
            file.SetLength(ImageLimits.EncodedBytes + 1L);
        }

        AssertBad(path, "268435457 bytes; at most 268435456 are allowed");
    }

    [Fact]
    public void FromEncoded_AboveTheLimit_NamesLengthAndLimit()
    {
        byte[] huge = GC.AllocateUninitializedArray<byte>(ImageLimits.EncodedBytes + 1);
        BadImageException error = Assert.Throws<BadImageException>(() => Pictures.Prepare(huge));
        Assert.Contains("268435457 bytes; at most 268435456 are allowed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromEncoded_OfNoBytes_IsABadImageWithoutAPath()
    {
        BadImageException error = Assert.Throws<BadImageException>(() => Pictures.Prepare(ReadOnlyMemory<byte>.Empty));
        Assert.Null(error.Path);
        Assert.Contains("no bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromEncoded_WithAPath_NamesItInTheError()
    {
        var preprocessor = new ImagePreprocessor(new() { Size = 8 });
        BadImageException error = Assert.Throws<BadImageException>(
            () => preprocessor.FromEncoded(new byte[3], "db://photo/7", new byte[preprocessor.ByteCount]));
        Assert.Equal("db://photo/7", error.Path);
        Assert.Contains("db://photo/7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFile_OfAFileThatIsHeldOpenForWriting_IsABadImage()
    {
        string path = Write("a.jpg", [1, 2, 3]);
        using FileStream held = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        AssertBad(path, "the file cannot be read");
    }

    [Fact]
    public void FromFile_WithoutPermission_IsABadImage()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Needs a user whom file modes bind.");
        string path = Write("a.jpg", [1, 2, 3]);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.None);
        }

        AssertBad(path, "the file cannot be read");
    }

    [Fact]
    public void FromFile_OfADevice_IsRefusedWithoutReading()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a Unix device file.");
        AssertBad("/dev/zero", "no ordinary file");
    }

    [Fact]
    public void FromFile_ThroughALink_ReadsTheTarget()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        using SKBitmap photo = Pictures.Photo(50, 50);
        string path = Write("target.png", photo.EncodeAs(SKEncodedImageFormat.Png));
        File.CreateSymbolicLink(_folder.File("link.png"), path);
        File.CreateSymbolicLink(_folder.File("broken.png"), _folder.File("nowhere.png"));

        Assert.Equal(Pictures.PrepareFile(path), Pictures.PrepareFile(_folder.File("link.png")));
        AssertBad(_folder.File("broken.png"), "no file");
    }

    [Fact]
    public void FromFile_OfAGoodOrBadFile_LeavesItClosed()
    {
        using SKBitmap photo = Pictures.Photo(50, 50);
        string good = Write("good.png", photo.EncodeAs(SKEncodedImageFormat.Png));
        string bad = Write("bad.png", "no image"u8.ToArray());
        Pictures.PrepareFile(good);
        AssertBad(bad, "not a JPEG");
        foreach (string path in (string[])[good, bad])
        {
            using FileStream exclusive = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            Assert.True(exclusive.CanWrite);
        }
    }

    private static void AssertBad(string? path, string reason)
    {
        BadImageException error = Assert.Throws<BadImageException>(() => Pictures.PrepareFile(path));
        Assert.Equal(path, error.Path);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.Contains(path ?? "", error.Message, StringComparison.Ordinal);
    }

    private string Write(string name, byte[] content)
    {
        File.WriteAllBytes(_folder.File(name), content);
        return _folder.File(name);
    }
}
