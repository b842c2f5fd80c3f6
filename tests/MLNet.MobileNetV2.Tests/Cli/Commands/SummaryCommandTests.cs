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
    [InlineData("ssdlite", "Backbone|Extra layers|Predictors", "Total params: 4,337,013", "Multiply-adds (M): 788.8")]
    [InlineData("DeepLabV3", "Backbone|Head", "Total params: 2,113,557", "Multiply-adds (M): 2740.7")]
    public async Task Summary_WithAHead_HasTheCostOfEachLayerAndPart(string head, string parts, string parameters, string multiplyAdds)
    {
        CliRun run = await CliRun.InProcessAsync("summary", "--head", head);
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal("        Layer (type)               Output Shape         Param #   Multiply-adds", lines[1]);
        Assert.Equal(
            head == "ssdlite"
                ? "            Conv2d-1         [-1, 32, 160, 160]             864      22,118,400"
                : "            Conv2d-1         [-1, 32, 257, 257]             864      57,066,336",
            lines[3]);
        Assert.Equal(
            parts,
            string.Join('|', lines.Skip(2).Zip(lines.Skip(3)).Where(pair => pair.First[0] == '-' && pair.Second[0] == ' ')
                .Select(pair => pair.Second[..20].Trim()).Where(name => !name.Contains('-', StringComparison.Ordinal))));
        Assert.Contains(parameters, lines);
        Assert.Contains(multiplyAdds, lines);
        Assert.All(lines.Where(line => line[0] is '-' or '='), line => Assert.Equal(80, line.Length));
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
    }

    [Fact]
    public async Task Summary_WithAHeadAndJson_PrintsTheSameAsData()
    {
        CliRun run = await CliRun.InProcessAsync(
            "summary", "--json", "--head", "deeplabv3", "--output-stride", "8", "--classes", "5", "--resolution", "257",
            "--width-multiplier", "0.5");
        JsonElement root = run.Json;

        Assert.Equal(
            ("deeplabv3", 0.5, 257, 8, 5),
            (
                root.GetProperty("head").GetString(),
                root.GetProperty("widthMultiplier").GetDouble(),
                root.GetProperty("resolution").GetInt32(),
                root.GetProperty("outputStride").GetInt32(),
                root.GetProperty("classes").GetInt32()));
        Assert.Equal(["Backbone", "Head"], root.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString()));
        Assert.Equal(
            root.GetProperty("totalParams").GetInt64(),
            root.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("params").GetInt64()));
        Assert.Equal(
            root.GetProperty("layers").GetArrayLength(),
            root.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("layers").GetInt32()));
        Assert.Equal(
            [5, 257, 257],
            root.GetProperty("layers").EnumerateArray().Last().GetProperty("outputShape").EnumerateArray().Select(
                value => value.GetInt32()));
    }

    [Fact]
    public async Task Summary_WithJsonAndNoHead_SaysSo()
    {
        JsonElement root = (await CliRun.InProcessAsync("summary", "--json")).Json;

        Assert.Equal(JsonValueKind.Null, root.GetProperty("head").ValueKind);
        Assert.Equal(32, root.GetProperty("outputStride").GetInt32());
        Assert.Equal(
            ["Backbone", "Classifier"], root.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("--head", "ssdlite", "--classes", "90", "4,500,543", "804.4")]
    [InlineData("--head", "ssdlite", "--resolution", "300", "4,337,013", "734.6")]
    [InlineData("--head", "deeplabv3", "--output-stride", "8", "2,113,557", "8825.9")]
    [InlineData("--output-stride", "16", "--classes", "1000", "3,504,872", "537.2")]
    public async Task Summary_OfAnotherSetting_PrintsItsTotals(
        string option, string value, string other, string otherValue, string parameters, string multiplyAdds)
    {
        CliRun run = await CliRun.InProcessAsync("summary", option, value, other, otherValue);

        Assert.Contains($"Total params: {parameters}\n", run.Output, StringComparison.Ordinal);
        Assert.Contains($"Multiply-adds (M): {multiplyAdds}\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--output-stride", "16", "SSDLite takes maps that are 16 and 32 times smaller than the image; the network's output stride "
        + "is 16, and must be 32.")]
    [InlineData("--resolution", "16", "resolution is 16; it must be 32 to 4096.")]
    [InlineData("--resolution", "5000", "resolution is 5000; it must be 32 to 4096.")]
    [InlineData("--classes", "200000", "classes is 200000; it must be 1 to 100000.")]
    [InlineData("--width-multiplier", "0", "widthMultiplier is 0; it must be a finite number above 0.")]
    public async Task Summary_OfSsdLiteWithAValueThatMakesNoSense_Fails(string option, string value, string message) => Assert.Contains(
        message, (await CliRun.InProcessAsync("summary", "--head", "ssdlite", option, value)).AssertFailed(2), StringComparison.Ordinal);

    [Fact]
    public async Task Summary_OfDeepLabV3WithTheBackgroundAlone_IsWrongUsage() => Assert.Contains(
        "classes is 1; it must be 2 to 100000.",
        (await CliRun.InProcessAsync("summary", "--head", "deeplabv3", "--classes", "1")).AssertFailed(2),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("--head", "yolo", "--head is 'yolo'; SsdLite or DeepLabV3 is needed.")]
    [InlineData("--output-stride", "12", "outputStride is 12; it must be 8, 16 or 32.")]
    [InlineData("--output-stride", "x", "whole number")]
    [InlineData("--resolution", "513", "multiple of 32")]
    [InlineData("--resolution", "100", "multiple of 32")]
    [InlineData("--resolution", "x", "whole number")]
    [InlineData("--width-multiplier", "x", "a number is needed")]
    [InlineData("--width-multiplier", "-1", "above 0")]
    [InlineData("--width-multiplier", "1e9", "more channels")]
    [InlineData("--classes", "0", "from 1 up")]
    public async Task Summary_WithAValueThatIsNotAllowed_IsWrongUsage(string option, string value, string message) =>
        Assert.Contains(message, (await CliRun.InProcessAsync("summary", option, value)).AssertFailed(2), StringComparison.Ordinal);
}
