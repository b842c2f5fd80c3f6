using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Data;

/// <summary>Links are followed at every depth, none without end, and what cannot be read is said.</summary>
public sealed class ImageFolderLinkTests
{
    private static CancellationToken TestStop => TestContext.Current.CancellationToken;

    [Fact]
    public void Read_WithALinkAsClassFolder_FollowsIt()
    {
        using var elsewhere = new PictureTree("1.jpg", "deep/2.jpg");
        using var tree = new PictureTree("a/1.jpg");
        tree.AddLink("b", elsewhere.Path, toFolder: true);

        AssertHolds(tree, "a/1.jpg", "b/1.jpg", "b/deep/2.jpg");
    }

    [Fact]
    public void Read_WithLinksDeepInAClass_FollowsThem()
    {
        using var more = new PictureTree("5.jpg");
        using var elsewhere = new PictureTree("3.jpg", "deep/4.jpg");
        elsewhere.AddLink("deep/more", more.Path, toFolder: true);
        using var tree = new PictureTree("a/1.jpg", "b/1.jpg", "b/deep/2.jpg");
        tree.AddLink("b/deep/link", elsewhere.Path, toFolder: true);
        tree.AddLink("b/other", "../a", toFolder: true);

        AssertHolds(
            tree, "a/1.jpg", "b/1.jpg", "b/deep/2.jpg", "b/deep/link/3.jpg", "b/deep/link/deep/4.jpg", "b/deep/link/deep/more/5.jpg",
            "b/other/1.jpg");
    }

    [Theory]
    [InlineData("loop", ".")]
    [InlineData("loop", "..")]
    [InlineData("a/loop", "..")]
    [InlineData("a/loop", ".")]
    [InlineData("a/loop", "../../..")]
    [InlineData("a/deep/loop", "..")]
    [InlineData("a/deep/loop", "../../a")]
    public void Read_WithALinkToAFolderThatItLiesIn_PassesItBy(string link, string target)
    {
        using var tree = new PictureTree("a/1.jpg", "a/deep/2.jpg", "b/1.jpg");
        tree.AddLink(link, target, toFolder: true);

        AssertHolds(tree, "a/1.jpg", "a/deep/2.jpg", "b/1.jpg");
    }

    [Fact]
    public void Read_WithALinkOutOfTheFolderAndOneBack_PassesTheSecondBy()
    {
        using var tree = new PictureTree("a/1.jpg", "b/1.jpg");
        using var elsewhere = new PictureTree("2.jpg", "deep/3.jpg");
        elsewhere.AddLink("deep/back", tree.Path, toFolder: true);
        elsewhere.AddLink("deep/up", "..", toFolder: true);
        tree.AddLink("a/out", elsewhere.Path, toFolder: true);

        AssertHolds(tree, "a/1.jpg", "a/out/2.jpg", "a/out/deep/3.jpg", "b/1.jpg");
    }

    [Fact]
    public void Read_WithALinkToAFolderOfTheSameClass_ListsItsPicturesOnceUnderTheirOwnName()
    {
        using var tree = new PictureTree("a/1.jpg", "a/own/2.jpg", "b/1.jpg");
        tree.AddLink("a/link", "own", toFolder: true);
        tree.AddLink("a/another", "link", toFolder: true);

        AssertHolds(tree, "a/1.jpg", "a/own/2.jpg", "b/1.jpg");
    }

    [Fact]
    public void Read_WithTwoLinksToOneFolder_FollowsTheFirstByName()
    {
        using var elsewhere = new PictureTree("2.jpg");
        using var tree = new PictureTree("a/1.jpg", "b/1.jpg");
        tree.AddLink("a/y", elsewhere.Path, toFolder: true);
        tree.AddLink("a/x", elsewhere.Path, toFolder: true);
        tree.AddLink("b/x", elsewhere.Path, toFolder: true);

        AssertHolds(tree, "a/1.jpg", "a/x/2.jpg", "b/1.jpg", "b/x/2.jpg");
    }

    [Fact]
    public void Read_WithManyFoldersThatAllLinkToEachOther_ListsEachOnceAClass()
    {
        // As paths they would be some 10^17.
        string[] names = [.. Enumerable.Range(0, 18).Select(number => $"{number:D2}")];
        using var tree = new PictureTree([.. names.Select(name => $"all/{name}/1.jpg"), "b/1.jpg"]);
        foreach (string from in names)
        {
            foreach (string to in names)
            {
                tree.AddLink($"all/{from}/{to}", $"../{to}", toFolder: true);
            }
        }

        tree.AddLink("b/all", "../all", toFolder: true);
        AssertHolds(tree, [.. names.Select(name => $"all/{name}/1.jpg"), "b/1.jpg", .. names.Select(name => $"b/all/{name}/1.jpg")]);
    }

    [Fact]
    public void Read_ThroughALink_ReadsTheFolder()
    {
        using var tree = new PictureTree("real/a/1.jpg", "real/b/1.jpg");
        tree.AddLink("link", "real", toFolder: true);
        tree.AddLink("real/a/loop", "../../link", toFolder: true);

        IReadOnlyList<ImageFile> files = ImageFolder.Read(tree.PathOf("link"), null, TestStop);

        Assert.Equal([new(tree.PathOf("link/a/1.jpg"), "a"), new(tree.PathOf("link/b/1.jpg"), "b")], files);
    }

    [Theory]
    [InlineData("c", "/no/such/share")]
    [InlineData("c", "a/1.jpg/below-a-file")]
    [InlineData("c", "c")]
    [InlineData("a/deep", "../no-such-folder")]
    [InlineData("a/deep", "deep")]
    [InlineData("a/b/deep", "../../no-such-folder")]
    public void Read_WithALinkThatLeadsNowhere_ThrowsNamingItAndWhatToDo(string link, string target)
    {
        using var tree = new PictureTree("a/1.jpg", "a/b/1.jpg", "b/1.jpg");
        tree.AddLink(link, target, toFolder: true);

        foreach (Action read in (Action[])[
            () => ImageFolder.Read(tree.Path, null, TestStop),
            () => PictureTree.ListUnlabelled(tree.Path, TestStop)])
        {
            ImageFolderException error = Assert.Throws<ImageFolderException>(read);

            Assert.Equal(tree.Path, error.Folder);
            AssertMessage.Tells(error.Reason, $"link '{tree.PathOf(link)}'", $"'{target}'", "remove the link");
        }
    }

    [Fact]
    public void Read_OfALinkThatLeadsNowhere_SaysWhereItLeads()
    {
        using var tree = new PictureTree("a/1.jpg");
        tree.AddLink("photos", "/no/such/share", toFolder: true);

        string reason = Assert.Throws<ImageFolderException>(() => ImageFolder.Read(tree.PathOf("photos"), null, TestStop)).Reason;

        Assert.Contains("it is a link to '/no/such/share', which does not exist or may not be read.", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithALinkNamedLikeAPictureThatLeadsNowhere_ListsItAsTheBadImageThatItIs()
    {
        using var tree = new PictureTree("a/1.jpg", "b/1.jpg");
        tree.AddLink("b/2.jpg", "no-such-file", toFolder: false);

        AssertHolds(tree, "a/1.jpg", "b/1.jpg", "b/2.jpg");
        string path = ImageFolder.Read(tree.Path, null, TestStop)[^1].ImagePath;
        byte[] rgba = new byte[4 * 16 * 16];
        Assert.Equal(path, Assert.Throws<BadImageException>(() => new ImagePreprocessor(new() { Size = 16 }).FromFile(path, rgba)).Path);
    }

    [Theory]
    [InlineData("c")]
    [InlineData("a/c")]
    public void Read_WithAFolderThatMayNotBeRead_ThrowsNamingItAndWhatToDo(string closed)
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("This user may read any folder, or rights are of another kind here.");
            return;
        }

        using var tree = new PictureTree("a/1.jpg", "b/1.jpg", closed + "/2.jpg");
        File.SetUnixFileMode(tree.PathOf(closed), UnixFileMode.None);
        try
        {
            ImageFolderException error = Assert.Throws<ImageFolderException>(() => ImageFolder.Read(tree.Path, null, TestStop));

            Assert.StartsWith($"the folder '{tree.PathOf(closed)}' cannot be listed: ", error.Reason, StringComparison.Ordinal);
            Assert.EndsWith("Restore it or the right to read it, or remove it.", error.Reason, StringComparison.Ordinal);
            Assert.IsType<UnauthorizedAccessException>(error.InnerException);
        }
        finally
        {
            File.SetUnixFileMode(tree.PathOf(closed), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task Read_WhileFoldersVanish_ListsThemOrNamesOne()
    {
        using var tree = new PictureTree("a/1.jpg", "b/1.jpg");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestStop);
        string[] names = [.. Enumerable.Range(0, 50).Select(number => $"a/{number:D2}")];
        var vanishing = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Array.ForEach(names, name => Directory.CreateDirectory(tree.PathOf(name)));
                try
                {
                    Array.ForEach(names, name => Directory.Delete(tree.PathOf(name)));
                }
                catch (IOException)
                {
                    // Windows keeps a folder that is being listed.
                }
            }
        }, TestStop);
        try
        {
            int failures = 0;
            for (int pass = 0; pass < 5000 && failures < 3; pass++)
            {
                try
                {
                    Assert.Equal(2, ImageFolder.Read(tree.Path, null, TestStop).Count);
                }
                catch (ImageFolderException error)
                {
                    Assert.Contains($"the folder '{tree.PathOf("a/")}", error.Reason, StringComparison.Ordinal);
                    failures++;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await vanishing;
        }
    }

    // Labelled and unlabelled, training and prediction: the same images.
    private static void AssertHolds(PictureTree tree, params string[] names)
    {
        IReadOnlyList<ImageFile> files = ImageFolder.Read(tree.Path, null, TestStop);

        Assert.Equal(names.Select(name => new ImageFile(tree.PathOf(name), name.Split('/')[0])), files);
        Assert.Equal(names.Select(tree.PathOf), PictureTree.ListUnlabelled(tree.Path, TestStop));
    }
}
