using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Machine;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ReplacesTheFileThatIsThere()
    {
        File.WriteAllText(_folder.File("a.bin"), "a longer old text");

        AtomicFile.Write(_folder.File("a.bin"), stream => stream.Write("new"u8));

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

        AtomicFile.Write(_folder.File("current/m.bin"), stream => stream.Write("new"u8));

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

        AtomicFile.Write(_folder.File("latest.bin"), stream =>
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

        Assert.ThrowsAny<IOException>(() => AtomicFile.Write(_folder.File("a.bin"), stream => stream.Write("new"u8)));

        Assert.Equal(["a.bin"], _folder.Names());
    }

    [Fact]
    public void Write_ThatFails_LeavesTheOldFileAndNoOther()
    {
        File.WriteAllText(_folder.File("a.bin"), "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(_folder.File("a.bin"), stream =>
        {
            stream.Write("half"u8);
            throw new InvalidOperationException();
        }));

        Assert.Equal(["a.bin"], _folder.Names());
        Assert.Equal("old", File.ReadAllText(_folder.File("a.bin")));
    }

    [Fact]
    public void Write_IntoAFolderThatIsMissing_ThrowsNamingTheFile()
    {
        string path = _folder.File("missing/a.bin");

        DirectoryNotFoundException error = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(path, _ => { }));

        Assert.Contains($"'{path}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OverAFolder_ThrowsNamingItAndLeavesNothing()
    {
        string path = _folder.File("a.bin");
        Directory.CreateDirectory(path);

        Exception error = Assert.ThrowsAny<Exception>(() => AtomicFile.Write(path, stream => stream.Write("new"u8)));

        Assert.True(error is IOException or UnauthorizedAccessException, error.ToString());
        Assert.Contains($"'{path}'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", error.Message, StringComparison.Ordinal);
        Assert.Equal(["a.bin"], _folder.Names());
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesNothing()
    {
        using (var file = new AtomicFile(_folder.File("a.bin"), FileOptions.Asynchronous))
        {
            file.Stream.Write("half"u8);
        }

        Assert.Empty(_folder.Names());
    }
}
