using MLNet.MobileNetV2.FineTuning;

namespace MLNet.MobileNetV2.Tests.FineTuning;

public sealed class CheckpointOptionsTests
{
    [Fact]
    public void Options_WhenNew_AreTheDocumentedDefaults()
    {
        var options = new CheckpointOptions("folder");

        options.Validate();
        Assert.Equal(("folder", 200, false), (options.Folder, options.EverySteps, options.Resume));
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
