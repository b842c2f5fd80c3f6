using System.Text.Json;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public class SummaryCommandTests
{
    [Fact]
    public async Task Summary_PrintsTheTableOfTorchsummary()
    {
        CliRun run = await CliRun.InProcessAsync("summary");
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal("        Layer (type)               Output Shape         Param #", lines[1]);
        Assert.Equal("            Conv2d-1         [-1, 32, 112, 112]             864", lines[3]);
        Assert.Equal("          Linear-158                 [-1, 1000]       1,281,000", lines[160]);
        Assert.Equal(
            [
                "Total params: 3,504,872", "Trainable params: 3,504,872", "Non-trainable params: 0", "Input size (MB): 0.57",
                "Forward/backward pass size (MB): 152.87", "Params size (MB): 13.37", "Estimated Total Size (MB): 166.81",
            ],
            lines[162..].Where(line => line[0] != '-').Take(7));
    }

    [Fact]
    public async Task Summary_WithJson_PrintsTheSameAsData()
    {
        CliRun run = await CliRun.InProcessAsync("summary", "--json", "--width-multiplier", "0.35", "--resolution", "96", "--classes", "5");
        JsonElement root = run.Json;

        Assert.Equal(
            (0.35, 96, 5),
            (
                root.GetProperty("widthMultiplier").GetDouble(),
                root.GetProperty("resolution").GetInt32(),
                root.GetProperty("classes").GetInt32()));
        Assert.Equal(158, root.GetProperty("layers").GetArrayLength());
        Assert.Equal(
            [16, 48, 48], root.GetProperty("layers")[0].GetProperty("outputShape").EnumerateArray().Select(value => value.GetInt32()));
        Assert.Equal(1_677_128 - (995 * 1281), root.GetProperty("totalParams").GetInt64());
        Assert.True(root.GetProperty("multiplyAdds").GetInt64() < 59_285_808);
    }

    [Theory]
    [InlineData("--resolution", "100", "multiple of 32")]
    [InlineData("--resolution", "x", "whole number")]
    [InlineData("--width-multiplier", "x", "a number is needed")]
    [InlineData("--width-multiplier", "-1", "above 0")]
    [InlineData("--width-multiplier", "1e9", "more channels")]
    [InlineData("--classes", "0", "from 1 up")]
    public async Task Summary_WithAValueThatIsNotAllowed_IsWrongUsage(string option, string value, string message) =>
        Assert.Contains(message, (await CliRun.InProcessAsync("summary", option, value)).AssertFailed(2), StringComparison.Ordinal);
}
