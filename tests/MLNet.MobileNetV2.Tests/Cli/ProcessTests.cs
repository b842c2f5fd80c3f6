namespace MLNet.MobileNetV2.Tests.Cli;

/// <summary>The real command: exit codes, what goes to which stream, and what stays behind.</summary>
public sealed class ProcessTests
{
    private const string Fallback = "Using the embedded weights in place of ImageNet's, which they learned from: ";

    [Fact]
    public async Task EveryCommand_OfflineWithoutWeights_FallsBackOnTheErrorStreamAndLeavesNoTemporaryFile()
    {
        using var process = new CliProcess();
        using var photos = new SampleFolder(2, "animal", "food");
        photos.AddBadPhotos("food");
        string saved = photos.PathOf("model.zip");

        CliRun train = await process.RunAsync("train", photos.Path, "--output", saved, "--json");
        CliRun evaluate = await process.RunAsync("evaluate", saved, photos.Path, "--json");
        CliRun predict = await process.RunAsync("predict", saved, photos.Path, "--json");
        CliRun classify = await process.RunAsync("classify", photos.Path, "--json");

        Assert.Equal((0, 0, 0, 0), (train.ExitCode, evaluate.ExitCode, predict.ExitCode, classify.ExitCode));
        Assert.Equal(("embedded", 3), (train.Json.GetProperty("weights").GetString(), train.Json.GetProperty("skipped").GetArrayLength()));
        Assert.StartsWith(Fallback, train.Error, StringComparison.Ordinal);
        Assert.Contains("downloads are forbidden (MOBILENETV2_OFFLINE)", train.Error, StringComparison.Ordinal);
        Assert.Equal((4, 3), (evaluate.Json.GetProperty("images").GetInt32(), evaluate.Json.GetProperty("skipped").GetArrayLength()));
        Assert.Equal(7, predict.JsonLines.Count);
        Assert.StartsWith(Fallback, classify.Error, StringComparison.Ordinal);
        Assert.Equal(7, classify.JsonLines.Count);
        Assert.Empty(process.Temporary);
        Assert.Empty(process.Home);
    }

    [Fact]
    public async Task Failures_LeaveNoTemporaryFile()
    {
        using var process = new CliProcess();
        using var photos = new SampleFolder(1, "animal", "food");
        File.WriteAllText(photos.PathOf("text.zip"), "no model");

        CliRun missing = await process.RunAsync(
            "train", photos.PathOf("gone"), "--output", photos.PathOf("m.zip"), "--weights", "embedded", "--json");
        CliRun noModel = await process.RunAsync("predict", photos.PathOf("text.zip"), photos.Path, "--json");
        CliRun noWeights = await process.RunAsync("classify", photos.Path, "--weights", "imagenet", "--json");

        Assert.Contains("there is no such folder", missing.AssertFailed(1), StringComparison.Ordinal);
        Assert.Contains("is not a model that ML.NET can load", noModel.AssertFailed(1), StringComparison.Ordinal);
        Assert.Contains("'mobilenet_v2_1.0_224_quant.tflite' is not available", noWeights.AssertFailed(1), StringComparison.Ordinal);
        Assert.Empty(process.Temporary);
        Assert.Empty(process.Home);
    }

    [Fact]
    public async Task Output_IsUtf8_AndTablesAreNotCutAtEightyColumns()
    {
        using var process = new CliProcess();
        using var photos = new SampleFolder(0);
        string[] names = ["Пёс", .. Enumerable.Range(0, 5).Select(index => $"a class with the rather long name {index}")];
        foreach (string name in names)
        {
            photos.AddClass(name, "animal", 2);
        }

        CliRun run = await process.RunAsync(
            "train", photos.Path, "--output", photos.PathOf("m.zip"), "--weights", "embedded", "--validation", "0.5");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        string header = run.Output.Split('\n').Single(line => line.Contains("truth", StringComparison.Ordinal));
        Assert.All(names, name => Assert.Contains($" {name} ", header, StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Version_IsPrinted()
    {
        using var process = new CliProcess();

        CliRun run = await process.RunAsync("--version");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", run.Output);
    }

    [Theory]
    [InlineData("MOBILENETV2_OFFLINE", "maybe")]
    [InlineData("MOBILENETV2_MIRROR", "ftp://host/")]
    public async Task Commands_WithAVariableThatCannotBeRead_FailNamingIt(string variable, string value)
    {
        using var process = new CliProcess();
        process.Environment[variable] = value;

        string error = (await process.RunAsync("weights", "list")).AssertFailed(1);

        Assert.StartsWith($"{variable} is '{value}';", error, StringComparison.Ordinal);
    }
}
