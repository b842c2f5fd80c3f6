using System.Reflection;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Machine;

public sealed class MachineFailureTests
{
    [Fact]
    public void Cause_IsTheInnermostError_OfSeveralTheFirst()
    {
        var cause = new IOException("cause");

        Assert.Same(
            cause,
            MachineFailure.Cause(
                new TargetInvocationException(new AggregateException(new ArgumentException("outer", cause), new IOException("other")))));
        Assert.Same(cause, MachineFailure.Cause(cause));
    }

    [Fact]
    public void Describe_OfAFileThatMLNetCouldNotMake_BlamesTheTemporaryFolder()
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetTempPath());

        string? message = MachineFailure.Describe(new IOException($"No space left on device : '{Path.Combine(folder, "ml_dotnet_1")}'"));

        Assert.StartsWith($"Temporary files cannot be written to '{folder}': No space left on device", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_OfAnyOtherFile_IsNothing()
    {
        Assert.Null(
            MachineFailure.Describe(
                new UnauthorizedAccessException($"Access to the path '{Path.Combine(Path.GetTempPath(), "photo.jpg")}' is denied.")));
        Assert.Null(MachineFailure.Describe(new InvalidOperationException("other")));
    }

    [Fact]
    public void TemporaryFolder_GoesWithItsFiles()
    {
        using var parent = new TempFolder();
        using (var folder = new TemporaryFolder(parent.Path))
        {
            File.WriteAllText(folder.File("a"), "a");
            Assert.Equal(Path.GetFileName(folder.Path), Assert.Single(parent.Names()));
        }

        Assert.Empty(parent.Names());
    }
}
