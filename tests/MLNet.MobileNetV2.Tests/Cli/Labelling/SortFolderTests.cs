using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Labelling;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Labelling;

public sealed class SortFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(nameof(SortMode.Copy), true, false)]
    [InlineData(nameof(SortMode.Link), true, true)]
    [InlineData(nameof(SortMode.Move), false, false)]
    public void Add_PutsThePhotoIntoTheFolderOfItsLabel(string mode, bool stays, bool isLink)
    {
        SkipWithoutLinks(isLink);
        string photo = Photo("in/a.jpg", "A");

        string target = Open(Enum.Parse<SortMode>(mode)).Add(photo, "rose");

        Assert.Equal(_folder.File("out/rose/a.jpg"), target);
        Assert.Equal("A", File.ReadAllText(target));
        Assert.Equal((stays, isLink ? photo : null), (File.Exists(photo), new FileInfo(target).LinkTarget));
    }

    [Fact]
    public void Add_WhereTheNameIsTaken_NumbersItAndOverwritesNothing()
    {
        string before = Photo("out/rose/a.jpg", "before");
        SortFolder folder = Open(SortMode.Copy);

        string[] targets =
        [
            folder.Add(Photo("1/a.jpg", "1"), "rose"),
            folder.Add(Photo("2/a.jpg", "2"), "rose"),
            Open(SortMode.Move).Add(Photo("3/a.jpg", "3"), "rose"),
        ];

        Assert.Equal(["a-2.jpg", "a-3.jpg", "a-4.jpg"], targets.Select(target => Path.GetRelativePath(_folder.File("out/rose"), target)));
        Assert.Equal(["before", "1", "2", "3"], targets.Prepend(before).Select(File.ReadAllText));
    }

    [Theory]
    [InlineData(nameof(SortMode.Copy))]
    [InlineData(nameof(SortMode.Move))]
    public void Add_OfAPhotoThatIsInItsFolder_LeavesIt(string mode)
    {
        string photo = Photo("out/rose/a.jpg", "A");

        Assert.Equal(photo, Open(Enum.Parse<SortMode>(mode)).Add(photo, "rose"));
        Assert.Equal(["a.jpg"], Directory.GetFiles(_folder.File("out/rose")).Select(Path.GetFileName));
    }

    [Fact]
    public void Add_OfALinkThatMoves_LeadsWhereItLed()
    {
        SkipWithoutLinks(true);
        Photo("in/real.jpg", "A");
        File.CreateSymbolicLink(_folder.File("in/a.jpg"), "real.jpg");

        string target = Open(SortMode.Move).Add(_folder.File("in/a.jpg"), "rose");

        Assert.Equal("A", File.ReadAllText(target));
        Assert.Equal(["real.jpg"], Directory.GetFiles(_folder.File("in")).Select(Path.GetFileName));
    }

    [Fact]
    public void Add_OfALabelThatIsAPath_StaysInTheFolder()
    {
        string photo = Photo("in/a.jpg", "A");

        Assert.Equal(_folder.File("out/.._/a.jpg"), Open(SortMode.Copy).Add(photo, "../.."));
    }

    [Fact]
    public void Add_OfAPhotoThatHasGone_IsABadPhoto()
    {
        BadImageException error = Assert.Throws<BadImageException>(() => Open(SortMode.Copy).Add(_folder.File("gone.jpg"), "rose"));

        Assert.Equal("it is not there any more, and could not be sorted.", error.Reason);
    }

    [Fact]
    public void Add_WhereAFileHasTheNameOfTheLabel_FailsNamingIt()
    {
        Photo("out/rose", "a file");
        string photo = Photo("in/a.jpg", "A");

        CommandFailedException error = Assert.Throws<CommandFailedException>(() => Open(SortMode.Copy).Add(photo, "rose"));

        Assert.StartsWith($"The folder '{_folder.File("out/rose")}' cannot be made: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(SortMode.Copy), "photos", false)]
    [InlineData(nameof(SortMode.Copy), "photos/sorted/deep", false)]
    [InlineData(nameof(SortMode.Link), "link/sorted", false)]
    [InlineData(nameof(SortMode.Move), "photos/sorted", true)]
    [InlineData(nameof(SortMode.Copy), "photos-sorted", true)]
    [InlineData(nameof(SortMode.Copy), ".", true)]
    public void Check_AllowsAFolderWithinThePhotosToMoveAlone(string mode, string into, bool isAllowed)
    {
        SkipWithoutLinks(true);
        Directory.CreateDirectory(_folder.File("photos"));
        Directory.CreateSymbolicLink(_folder.File("link"), _folder.File("photos"));

        Exception? error = Record.Exception(
            () => SortFolder.Check(_folder.File(into), Enum.Parse<SortMode>(mode), ["gone.jpg", _folder.File("photos")]));

        Assert.Equal(isAllowed ? null : typeof(CommandFailedException), error?.GetType());
    }

    private static void SkipWithoutLinks(bool needed) =>
        Assert.SkipWhen(needed && OperatingSystem.IsWindows(), "On Windows links need a privilege.");

    private SortFolder Open(SortMode mode) => SortFolder.Open(_folder.File("out"), mode, ["rose", "../..", "unknown"]);

    private string Photo(string name, string content)
    {
        string path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }
}
