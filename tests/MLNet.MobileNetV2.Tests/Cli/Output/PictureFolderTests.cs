using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Output;

public sealed class PictureFolderTests
{
    [Fact]
    public void StemOf_PhotosOfOneName_GivesEachAPlaceOfItsOwn()
    {
        using var folder = new TempFolder();
        string path = Path.Combine(folder.Path, "new", "results");
        var pictures = PictureFolder.Open(path);

        string[] stems =
            [pictures.StemOf("a/x.jpg"), pictures.StemOf("b/X.png"), pictures.StemOf("c/x-2.jpg"), pictures.StemOf("d/x.webp")];

        Assert.Equal(["x", "X-2", "x-2-2", "x-3"], stems.Select(Path.GetFileName));
        Assert.All(stems, stem => Assert.Equal(path, Path.GetDirectoryName(stem)));
        Assert.True(Directory.Exists(path));
        Assert.Empty(Directory.GetFiles(path));
    }

    [Fact]
    public void Open_WhereAFileIs_FailsNamingIt()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("taken"), string.Empty);

        CommandFailedException error = Assert.Throws<CommandFailedException>(() => PictureFolder.Open(folder.File("taken")));

        Assert.StartsWith($"The output folder '{folder.File("taken")}' cannot be made: ", error.Message, StringComparison.Ordinal);
    }
}
