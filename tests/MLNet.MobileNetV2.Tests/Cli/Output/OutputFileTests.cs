using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Output;

public sealed class OutputFileTests
{
    [Fact]
    public void CheckWritable_OfAPathThatCanBeWritten_LeavesNothing()
    {
        using var folder = new TempFolder();

        OutputFile.CheckWritable(folder.File("model.zip"));

        Assert.Empty(folder.Names());
    }

    [Fact]
    public void CheckWritable_OfANameThatTheSystemRefuses_FailsWithoutNamingTheTemporaryFile()
    {
        using var folder = new TempFolder();
        string path = folder.File(new string('m', 300));

        CommandFailedException error = Assert.Throws<CommandFailedException>(() => OutputFile.CheckWritable(path));

        Assert.StartsWith($"The output '{path}' cannot be written: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", error.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Names());
    }

    [Fact]
    public void Write_ThroughALink_ReplacesTheFileThatItNames()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("models"));
        File.CreateSymbolicLink(folder.File("latest.zip"), Path.Combine("models", "1.zip"));

        OutputFile.CheckWritable(folder.File("latest.zip"));
        OutputFile.Write(folder.File("latest.zip"), stream => stream.Write("new"u8));

        Assert.Equal(Path.Combine("models", "1.zip"), new FileInfo(folder.File("latest.zip")).LinkTarget);
        Assert.Equal("new", File.ReadAllText(Path.Combine(folder.Path, "models", "1.zip")));
    }
}
