using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Tests.Data;

public sealed class ImageFolderListingTests
{
    private static CancellationToken TestStop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/../{0}")]
    [InlineData("/./")]
    public void Pictures_JoinTheFolderAsGivenWithTheNameBelowIt(string more)
    {
        using var tree = new PictureTree("b/deep/2.jpg", "1.jpg");
        string folder = tree.Path + string.Format(null, more, Path.GetFileName(tree.Path));
        string prefix = folder.EndsWith('/') ? folder : folder + "/";

        Assert.Equal(
            [new($"{prefix}1.jpg", string.Empty), new($"{prefix}b/deep/2.jpg", "b")], ImageFolderListing.Of(folder, TestStop).Images());
    }

    [Fact]
    public void Labelled_LeavesPicturesWithoutAClassOut()
    {
        using var tree = new PictureTree("1.jpg", "b/2.jpg", "a/3.jpg");

        Assert.Equal(
            [new($"{tree.Path}/a/3.jpg", "a"), new($"{tree.Path}/b/2.jpg", "b")],
            ImageFolderListing.OfClasses(tree.Path, TestStop).Labelled(new ImageFolderOptions()));
    }

    [Fact]
    public void LeftOut_OfClasses_CountsTheKindsOfFilesInThemAndPicturesBesideThem()
    {
        using var tree = new PictureTree(
            "a/1.jpg", "a/2.HEIC", "a/2b.heic", "a/deep/3", "b/1.png", "b/.hidden", "notes.txt", "loose.jpg", "loose.png");
        tree.AddLink("b/notes.txt", "../notes.txt", toFolder: false);

        string[] found = [.. ImageFolderListing.OfClasses(tree.Path, TestStop).LeftOut()];

        Assert.StartsWith($"Files in '{tree.Path}' whose names are not those of images (", found[0], StringComparison.Ordinal);
        Assert.EndsWith(" are left out: 2 with *.HEIC, 1 with *.txt, 1 with no extension.", found[0], StringComparison.Ordinal);
        Assert.Equal([$"Images that lie directly in '{tree.Path}' have no class and are left out: 2."], found[1..]);
    }

    [Fact]
    public void LeftOut_OfAFolderOfPictures_CountsFilesEverywhereAndNoPicture()
    {
        using var tree = new PictureTree("a/1.jpg", "a/2.heic", "notes.txt", "loose.jpg");

        string found = Assert.Single(ImageFolderListing.Of(tree.Path, TestStop).LeftOut());

        Assert.EndsWith("are left out: 1 with *.heic, 1 with *.txt.", found, StringComparison.Ordinal);
    }

    [Fact]
    public void LeftOut_OfPicturesAlone_IsNothing()
    {
        using var tree = new PictureTree("a/1.jpg", "b/2.jpg", "b/Thumbs.db");

        Assert.Empty(ImageFolderListing.OfClasses(tree.Path, TestStop).LeftOut());
    }
}
