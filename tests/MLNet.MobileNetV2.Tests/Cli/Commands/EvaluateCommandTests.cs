using System.Text.Json;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public sealed class EvaluateCommandTests(TrainedModel model)
{
    [Fact]
    public async Task Evaluate_WithJson_PrintsOneObjectWithEveryField()
    {
        using var photos = new SampleFolder(4, "food", "animal");

        CliRun run = await EvaluateAsync(photos, "--json");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(
            ["images", "accuracy", "macroF1", "logLoss", "classes", "confusion", "skipped"], run.Json.EnumerateObject().Select(
                property => property.Name));
        int[][] confusion = run.Json.GetProperty("confusion").Deserialize<int[][]>()!;
        Assert.Equal(8, run.Json.GetProperty("images").GetInt32());
        Assert.Equal(["animal", "building", "food"], run.Json.GetProperty("classes").Deserialize<string[]>()!);
        Assert.Equal([4, 0, 4], confusion.Select(row => row.Sum()));
        Assert.Equal((confusion[0][0] + confusion[2][2]) / 8.0, run.Json.GetProperty("accuracy").GetDouble(), 12);
        Assert.True(run.Json.GetProperty("logLoss").GetDouble() > 0);
        Assert.Empty(run.Json.GetProperty("skipped").EnumerateArray());
    }

    [Fact]
    public async Task Evaluate_OnPicturesInTheWrongFolder_CountsThemInTheRowOfTheFolder()
    {
        using var right = new SampleFolder(4, "animal");
        using var wrong = new SampleFolder(0);
        wrong.AddClass("food", "animal", 4);

        int[][] expected = (await EvaluateAsync(right, "--json")).Json.GetProperty("confusion").Deserialize<int[][]>()!;
        int[][] found = (await EvaluateAsync(wrong, "--json")).Json.GetProperty("confusion").Deserialize<int[][]>()!;

        Assert.Equal(expected[0], found[2]);
        Assert.Equal([0, 0, 0], found[0]);
    }

    [Fact]
    public async Task Evaluate_WithoutJson_PrintsTheFiguresAndTheConfusion()
    {
        using var photos = new SampleFolder(2, "animal", "building", "food");

        CliRun run = await EvaluateAsync(photos);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Matches("^6 images, accuracy [0-9.]+ %, macro-F1 [0-9.]+, log-loss [0-9.]+\n", run.Output);
        Assert.Contains("│ truth \\ predicted │ animal │ building │ food │", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_WithBadPhotosAmongGoodOnes_ListsThemAndDoesNotCountThem()
    {
        using var photos = new SampleFolder(1, "animal", "food");
        IReadOnlyList<string> bad = photos.AddBadPhotos("food");

        CliRun run = await EvaluateAsync(photos, "--json");

        Assert.Equal((0, 2), (run.ExitCode, run.Json.GetProperty("images").GetInt32()));
        Assert.Equal(
            bad.Select(name => $"{photos.Path}/{name}"),
            run.Json.GetProperty("skipped").EnumerateArray().Select(image => image.GetProperty("path").GetString()!));
        Assert.All(run.Json.GetProperty("skipped").EnumerateArray(), image => Assert.NotEqual("", image.GetProperty("reason").GetString()));
        Assert.All(bad, name => Assert.Contains($"skipped {photos.Path}/{name}: ", run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Evaluate_OnBadPhotosAlone_FailsAndListsThem()
    {
        using var photos = new SampleFolder(0);
        IReadOnlyList<string> bad = photos.AddBadPhotos("food");

        string error = (await EvaluateAsync(photos, "--json")).AssertFailed(1);

        Assert.All(bad, name => Assert.Contains(name, error, StringComparison.Ordinal));
        Assert.EndsWith($"None of the 3 images in '{photos.Path}' can be used.\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_OnAFolderThatIsNoClassOfTheModel_FailsNamingItAndTheClasses()
    {
        using var photos = new SampleFolder(1, "animal", "vehicle");

        string error = (await EvaluateAsync(photos, "--json")).AssertFailed(1);

        Assert.Equal(
            $"The folder '{photos.Path}' has sub-folders that are not classes of the model: vehicle. "
            + "The model's classes are: animal, building, food.\n",
            error);
    }

    [Fact]
    public async Task Evaluate_OnAFolderThatCannotBeUsed_FailsNamingIt()
    {
        using var photos = new SampleFolder(1, "animal");
        Directory.CreateDirectory(photos.PathOf("food"));

        Assert.Contains("no image lies in 'food'", (await EvaluateAsync(photos)).AssertFailed(1), StringComparison.Ordinal);
        Assert.Contains("there is no such folder", (await EvaluateAsync(photos.PathOf("gone"))).AssertFailed(1), StringComparison.Ordinal);
        Assert.Contains("no sub-folder", (await EvaluateAsync(photos.PathOf("food"))).AssertFailed(1), StringComparison.Ordinal);
    }

    private Task<CliRun> EvaluateAsync(SampleFolder photos, params string[] options) => EvaluateAsync(photos.Path, options);

    private async Task<CliRun> EvaluateAsync(string folder, params string[] options) =>
        await CliRun.InProcessAsync(["evaluate", await model.PathAsync(), folder, .. options]);
}
