using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Data;

public sealed class ImageFolderErrorTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Read_WithoutAPath_Throws(string path)
    {
        Assert.Throws<ArgumentException>(nameof(path), () => ImageFolder.Read(path, cancellationToken: TestStop));
        Assert.Throws<ArgumentException>(nameof(path), () => PictureTree.ListUnlabelled(path, TestStop));
    }

    [Fact]
    public void Read_WithAMissingFolder_ThrowsWithTheFullPath()
    {
        using var folder = new TempFolder();
        string relative = Path.Combine(Path.GetRelativePath(Directory.GetCurrentDirectory(), folder.Path), "flowers");

        ImageFolderException exception = Throws(relative);

        Assert.Equal(relative, exception.Folder);
        Assert.Contains($"'{relative}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"no such folder (full path: '{folder.File("flowers")}')", exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithAFile_ThrowsSayingSo()
    {
        using var tree = new PictureTree("1.jpg");

        Assert.StartsWith("it is a file.", Throws(tree.PathOf("1.jpg")).Reason, StringComparison.Ordinal);
        Assert.StartsWith("it is a file.", ThrowsUnlabelled(tree.PathOf("1.jpg")).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("it holds no file and no sub-folder.")]
    [InlineData("it holds 1 image and no sub-folder.", "1.jpg")]
    [InlineData("it holds 2 images and no sub-folder.", "1.jpg", "2.png", "notes.txt")]
    [InlineData("it holds 1 file, none of them an image (.jpg, .jpeg, .png, .webp, .bmp, .gif), and no sub-folder.", "notes.txt")]
    [InlineData("it holds no file and no sub-folder.", ".hidden/1.jpg")]
    public void Read_WithoutSubFolders_ThrowsSayingWhatItHoldsAndWhatIsNeeded(string found, params string[] names)
    {
        using var tree = new PictureTree(names);

        string reason = Throws(tree.Path).Reason;

        Assert.Equal($"{found} One sub-folder per class is needed, for example 'rose/1.jpg' and 'tulip/1.jpg'.", reason);
    }

    [Fact]
    public void Read_WithOneClass_ThrowsNamingTheClass()
    {
        using var tree = new PictureTree("tulip/1.jpg");

        string reason = Throws(tree.Path).Reason;

        Assert.StartsWith("the only class is 'tulip'; at least 2 are needed.", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("give that folder", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithAFolderAroundTheClasses_ThrowsNamingTheFolderToGive()
    {
        using var tree = new PictureTree("flowers/tulip/1.jpg", "flowers/rose/1.jpg");

        Assert.EndsWith(
            "Every image lies in a sub-folder of 'flowers': if those are the classes, give that folder.",
            Throws(tree.Path).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithFewerClassesThanAskedFor_ThrowsNamingThem()
    {
        using var tree = new PictureTree("rose/1.jpg", "tulip/1.jpg");

        ImageFolderException exception = Throws(tree.Path, new() { MinimumClasses = 3 });

        Assert.StartsWith("it has 2 classes: 'rose', 'tulip'; at least 3 are needed.", exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithAClassWithoutPictures_ThrowsNamingTheClassAndTheExtensions()
    {
        using var tree = new PictureTree("rose/1.jpg", "tulip/1.tiff", "tulip/deep/");

        AssertMessage.Tells(Throws(tree.Path).Reason, "no image", "'tulip'", ".jpg, .jpeg, .png, .webp, .bmp, .gif");
    }

    [Fact]
    public void Read_WithManyClassesWithoutPictures_NamesTheFirstFive()
    {
        using var tree = new PictureTree("a/", "b/", "c/", "d/", "e/", "f/", "g/");

        Assert.StartsWith("no image lies in 'a', 'b', 'c', 'd', 'e' and 2 more.", Throws(tree.Path).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadUnlabelled_WithAMissingFolder_ThrowsWithTheFullPath()
    {
        using var folder = new TempFolder();

        Assert.Contains($"(full path: '{folder.File("photos")}')",
            ThrowsUnlabelled(folder.File("photos")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadUnlabelled_WithoutPictures_ThrowsNamingTheExtensions()
    {
        using var tree = new PictureTree("a/notes.txt");

        AssertMessage.Tells(ThrowsUnlabelled(tree.Path).Reason, "no image", ".jpg, .jpeg, .png, .webp, .bmp, .gif");
    }

    private static ImageFolderException Throws(string path, ImageFolderOptions? options = null) =>
        Assert.Throws<ImageFolderException>(() => ImageFolder.Read(path, options, TestStop));

    private static ImageFolderException ThrowsUnlabelled(string path) =>
        Assert.Throws<ImageFolderException>(() => PictureTree.ListUnlabelled(path, TestStop));

    private static CancellationToken TestStop => TestContext.Current.CancellationToken;
}
