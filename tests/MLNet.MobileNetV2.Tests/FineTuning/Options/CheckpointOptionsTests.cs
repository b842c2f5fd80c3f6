using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Options;

public sealed class CheckpointOptionsTests
{
    [Fact]
    public void Validate_ResumeAndRestart_AreNotAllowedTogether() => Assert.StartsWith(
        "Resume and Restart are both given; one of them is allowed.",
        Assert.Throws<ArgumentException>(new CheckpointOptions("folder") { Resume = true, Restart = true }.Validate).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Delete_LeavesTheFolderAndWhatElseIsInIt()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("checkpoint.safetensors"), "x");
        File.WriteAllText(folder.File("plan.json"), "x");
        foreach (string fold in (string[])["fold-1", "fold-2"])
        {
            Directory.CreateDirectory(folder.File(fold));
            File.WriteAllText(Path.Combine(folder.File(fold), "checkpoint.safetensors"), "x");
        }

        File.WriteAllText(folder.File("notes.txt"), "x");
        var options = new CheckpointOptions(folder.Path);

        options.Delete();
        options.Delete();
        new CheckpointOptions(folder.File("absent")).Delete();

        Assert.Equal(["notes.txt"], folder.Names());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void Validate_NoFolder_IsNamed(string? folder) =>
        Assert.Equal("Folder", Assert.ThrowsAny<ArgumentException>(new CheckpointOptions(folder!).Validate).ParamName);

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Validate_TooFewSteps_SaysWhatIsAllowed(int steps)
    {
        ArgumentOutOfRangeException error =
            Assert.Throws<ArgumentOutOfRangeException>(new CheckpointOptions("folder") { EverySteps = steps }.Validate);
        Assert.StartsWith($"EverySteps is {steps}; it must be at least 1.", error.Message, StringComparison.Ordinal);
        Assert.Equal("EverySteps", error.ParamName);
    }
}
