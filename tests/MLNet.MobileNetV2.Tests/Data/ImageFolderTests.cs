using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Tests.Data;

public sealed class ImageFolderTests
{
    [Fact]
    public void Read_WithNestedClasses_ListsPicturesInOrdinalOrderWithTheTopFolderAsLabel()
    {
        using var tree = new PictureTree("tulip/b.jpg", "tulip/a/z.png", "tulip/B.jpg", "rose/1.webp", "rose red/1.bmp", "Aster/1.gif");

        IReadOnlyList<ImageFile> files = ImageFolder.Read(tree.Path, cancellationToken: TestStop);

        Assert.Equal(
            [
                new(tree.PathOf("Aster/1.gif"), "Aster"),
                new(tree.PathOf("rose red/1.bmp"), "rose red"),
                new(tree.PathOf("rose/1.webp"), "rose"),
                new(tree.PathOf("tulip/B.jpg"), "tulip"),
                new(tree.PathOf("tulip/a/z.png"), "tulip"),
                new(tree.PathOf("tulip/b.jpg"), "tulip"),
            ],
            files);
    }

    [Fact]
    public void Read_WithAnyFiles_ListsOnlyPictureExtensionsInAnyCase()
    {
        using var tree = new PictureTree(
            "a/1.JPG", "a/2.Jpeg", "a/3.png", "a/4.WebP", "a/5.bmp", "a/6.GIF", "a/7.txt", "a/8", "a/jpg", "a/9.jpg.part", "b/1.jpg");

        IEnumerable<string> names = Names(ImageFolder.Read(tree.Path, cancellationToken: TestStop));

        Assert.Equal(["1.JPG", "2.Jpeg", "3.png", "4.WebP", "5.bmp", "6.GIF", "1.jpg"], names);
    }

    [Fact]
    public void Read_WithHiddenAndLooseFiles_LeavesThemOut()
    {
        using var tree = new PictureTree("loose.jpg", ".git/1.jpg", "a/.cache/1.jpg", "a/._1.jpg", "a/1.jpg", "b/1.jpg");

        IReadOnlyList<ImageFile> files = ImageFolder.Read(tree.Path, cancellationToken: TestStop);

        Assert.Equal([tree.PathOf("a/1.jpg"), tree.PathOf("b/1.jpg")], files.Select(file => file.ImagePath));
    }

    [Theory]
    [InlineData("@eaDir")]
    [InlineData("@EADIR")]
    [InlineData("#recycle")]
    [InlineData("$RECYCLE.BIN")]
    [InlineData("$Recycle.Bin")]
    [InlineData("__MACOSX")]
    [InlineData("System Volume Information")]
    [InlineData("lost+found")]
    [InlineData(".DS_Store")]
    [InlineData("Thumbs.db")]
    [InlineData("THUMBS.DB")]
    [InlineData("desktop.ini")]
    public void Read_WithWhatSystemsLeaveInFolders_TakesItForNothing(string name)
    {
        // As a folder in the place of a class and deep in one, and as a file.
        using var tree = new PictureTree(
            "a/1.jpg", "b/1.jpg", $"{name}/1.jpg", $"{name}/notes.txt", $"a/{name}/1.jpg", $"a/{name}/notes.txt", $"b/deep/{name}/x.jpg",
            $"b/deeper/{name}");

        Assert.Equal(
            [tree.PathOf("a/1.jpg"), tree.PathOf("b/1.jpg")], ImageFolder.Read(tree.Path, null, TestStop).Select(file => file.ImagePath));
        Assert.Equal([tree.PathOf("a/1.jpg"), tree.PathOf("b/1.jpg")], PictureTree.ListUnlabelled(tree.Path, TestStop));
        Assert.Empty(ImageFolderListing.OfClasses(tree.Path, TestStop).LeftOut());
    }

    [Fact]
    public void Read_OfAFolderThatASystemLeft_ReadsItWhereItIsGiven()
    {
        using var tree = new PictureTree("lost+found/a/1.jpg", "lost+found/b/1.jpg");

        Assert.Equal(2, ImageFolder.Read(tree.PathOf("lost+found"), null, TestStop).Count);
    }

    [Fact]
    public void Read_WithAFolderNamedLikeAPicture_ReadsItAsAFolder()
    {
        using var tree = new PictureTree("a/x.jpg/1.jpg", "b.png/1.jpg");

        IReadOnlyList<ImageFile> files = ImageFolder.Read(tree.Path, cancellationToken: TestStop);

        Assert.Equal([new(tree.PathOf("a/x.jpg/1.jpg"), "a"), new(tree.PathOf("b.png/1.jpg"), "b.png")], files);
    }

    [Fact]
    public void Read_WithARelativePath_GivesRelativePaths()
    {
        using var tree = new PictureTree("a/1.jpg", "b/1.jpg");
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), tree.Path);
        Assert.SkipWhen(Path.IsPathRooted(relative), "The temporary folder is on another drive.");

        IReadOnlyList<ImageFile> files = ImageFolder.Read(relative, cancellationToken: TestStop);

        Assert.Equal([Path.Combine(relative, "a", "1.jpg"), Path.Combine(relative, "b", "1.jpg")], files.Select(file => file.ImagePath));
    }

    [Fact]
    public void Read_WithOneClassAllowed_ReadsIt()
    {
        using var tree = new PictureTree("a/1.jpg");

        IReadOnlyList<ImageFile> files =
            ImageFolder.Read(tree.Path, new() { MinimumClasses = 1 }, TestStop);

        Assert.Equal([new(tree.PathOf("a/1.jpg"), "a")], files);
    }

    [Fact]
    public void MinimumClasses_BelowOne_ThrowsNamingTheOption()
    {
        ArgumentOutOfRangeException exception =
            Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { MinimumClasses = 0 });

        Assert.Equal(nameof(ImageFolderOptions.MinimumClasses), exception.ParamName);
        Assert.Contains("is 0; it must be at least 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenCancelled_Stops()
    {
        using var tree = new PictureTree("a/1.jpg", "b/1.jpg");

        Assert.Throws<OperationCanceledException>(() => ImageFolder.Read(tree.Path, cancellationToken: new(canceled: true)));
        Assert.Throws<OperationCanceledException>(() => PictureTree.ListUnlabelled(tree.Path, new(canceled: true)));
    }

    [Fact]
    public void ReadUnlabelled_WithNestedPictures_ListsAllInOrdinalOrder()
    {
        using var tree = new PictureTree("b.jpg", "a/2.PNG", "a/1/1.jpg", "note.txt", ".hidden.jpg");

        IReadOnlyList<string> pictures = PictureTree.ListUnlabelled(tree.Path, TestStop);

        Assert.Equal([tree.PathOf("a/1/1.jpg"), tree.PathOf("a/2.PNG"), tree.PathOf("b.jpg")], pictures);
    }

    [Property(MaxTest = 25)]
    public Property Read_WithAnyTree_ListsEveryPictureOnceInOrdinalOrder()
    {
        Gen<string> part = Gen.Elements("a", "A", "b b", "ä", "a-", "z.png");
        Gen<string> name = from parts in part.NonEmptyListOf() select string.Join('/', parts.Take(4)) + "/p.jpg";
        return Prop.ForAll(name.NonEmptyListOf().ToArbitrary(), names =>
        {
            using var tree = new PictureTree([.. names, "first class/p.jpg", "second class/p.jpg"]);
            string[] expected =
                [.. names.Append("first class/p.jpg").Append("second class/p.jpg").Distinct().Order(StringComparer.Ordinal)];

            IReadOnlyList<ImageFile> files = ImageFolder.Read(tree.Path);

            Assert.Equal(expected.Select(tree.PathOf), files.Select(file => file.ImagePath));
            Assert.Equal(expected.Select(file => file.Split('/')[0]), files.Select(file => file.Label));
        });
    }

    private static IEnumerable<string> Names(IEnumerable<ImageFile> files) => files.Select(file => Path.GetFileName(file.ImagePath));

    private static CancellationToken TestStop => TestContext.Current.CancellationToken;
}
