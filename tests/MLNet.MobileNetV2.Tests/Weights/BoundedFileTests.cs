using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Weights;

public sealed class BoundedFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ReplacesTheFileThatIsThere()
    {
        File.WriteAllText(_folder.File("a.bin"), "a longer old text");

        BoundedFile.Write(_folder.File("a.bin"), stream => stream.Write("new"u8));

        Assert.Equal(["a.bin"], _folder.Names());
        Assert.Equal("new", File.ReadAllText(_folder.File("a.bin")));
    }

    [Fact]
    public void Write_ThroughALinkBehindALinkedFolder_WritesWhereTheSystemLooks()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Directory.CreateDirectory(_folder.File("disk/store"));
        Directory.CreateDirectory(_folder.File("disk/models"));
        Directory.CreateDirectory(_folder.File("store"));
        File.CreateSymbolicLink(_folder.File("disk/models/m.bin"), Path.Combine("..", "store", "m.bin"));
        Directory.CreateSymbolicLink(_folder.File("current"), Path.Combine("disk", "models"));

        BoundedFile.Write(_folder.File("current/m.bin"), stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(_folder.File("current/m.bin")));
        Assert.Equal("new", File.ReadAllText(_folder.File("disk/store/m.bin")));
        Assert.Empty(Directory.GetFiles(_folder.File("store")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_ThroughLinks_ReplacesTheFileThatTheyName(bool isThere)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Directory.CreateDirectory(_folder.File("models"));
        File.CreateSymbolicLink(_folder.File("latest.bin"), "current.bin");
        File.CreateSymbolicLink(_folder.File("current.bin"), Path.Combine("models", "1.bin"));
        if (isThere)
        {
            File.WriteAllText(_folder.File("models/1.bin"), "old");
        }

        BoundedFile.Write(_folder.File("latest.bin"), stream =>
        {
            Assert.Equal(["current.bin", "latest.bin", "models"], _folder.Names());
            stream.Write("new"u8);
        });

        Assert.Equal("current.bin", new FileInfo(_folder.File("latest.bin")).LinkTarget);
        Assert.Equal(Path.Combine("models", "1.bin"), new FileInfo(_folder.File("current.bin")).LinkTarget);
        Assert.Equal(["1.bin"], Directory.GetFiles(_folder.File("models")).Select(Path.GetFileName));
        Assert.Equal("new", File.ReadAllText(_folder.File("models/1.bin")));
    }

    [Fact]
    public void Write_ThroughALinkToItself_ThrowsAndLeavesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        File.CreateSymbolicLink(_folder.File("a.bin"), "a.bin");

        Assert.ThrowsAny<IOException>(() => BoundedFile.Write(_folder.File("a.bin"), stream => stream.Write("new"u8)));

        Assert.Equal(["a.bin"], _folder.Names());
    }
}
