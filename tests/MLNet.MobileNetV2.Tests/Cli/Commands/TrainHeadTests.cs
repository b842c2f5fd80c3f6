using System.Text.Json;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary>The options of the head alone.</summary>
public sealed class TrainHeadTests
{
    [Fact]
    public async Task Train_WithACalibratedHead_HasOtherScoresAndTheSamePredictions()
    {
        using var photos = new SampleFolder(16, "animal", "building", "food");

        CliRun plain = await TrainAsync(photos, "--validation", "0.5", "--json", "--no-calibration");
        CliRun calibrated = await TrainAsync(photos, "--validation", "0.5", "--json");

        Assert.Equal((0, 0), (plain.ExitCode, calibrated.ExitCode));
        (JsonElement before, JsonElement after) = (plain.Json.GetProperty("validation"), calibrated.Json.GetProperty("validation"));
        Assert.Equal(before.GetProperty("confusion").GetRawText(), after.GetProperty("confusion").GetRawText());
        Assert.NotEqual(before.GetProperty("logLoss").GetDouble(), after.GetProperty("logLoss").GetDouble());
    }

    [Theory]
    [InlineData("--l2", "0.001")]
    [InlineData("--l2", "100")]
    [InlineData("--balance")]
    public async Task Train_WithAnotherHead_HasOtherScores(params string[] options)
    {
        using var photos = new SampleFolder(16, "animal", "building");
        photos.AddClass("food", "food", 4);

        CliRun plain = await TrainAsync(photos, "--validation", "0.5", "--json");
        CliRun asked = await TrainAsync(photos, ["--validation", "0.5", "--json", .. options]);

        Assert.Equal((0, string.Empty), (asked.ExitCode, asked.Error));
        Assert.NotEqual(
            plain.Json.GetProperty("validation").GetProperty("logLoss").GetDouble(),
            asked.Json.GetProperty("validation").GetProperty("logLoss").GetDouble());
    }

    [Fact]
    public async Task Train_ByDefault_IsThatOfASelectedRegularisation()
    {
        using var photos = new SampleFolder(16, "animal", "building");

        CliRun plain = await TrainAsync(photos, "--validation", "0.5", "--json");
        CliRun asked = await TrainAsync(photos, "--validation", "0.5", "--json", "--l2", "auto");

        Assert.Equal(
            plain.Json.GetProperty("validation").GetProperty("logLoss").GetDouble(),
            asked.Json.GetProperty("validation").GetProperty("logLoss").GetDouble());
    }

    private static Task<CliRun> TrainAsync(SampleFolder photos, params string[] options) =>
        CliRun.InProcessAsync(["train", photos.Path, "--output", photos.PathOf("model.zip"), "--weights", "embedded", .. options]);
}
