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
            [
                "accuracy", "accuracyInterval", "brier", "classes", "confusion", "ece", "images", "logLoss", "macroF1", "macroPrecision",
                "macroRecall", "mostConfused", "perClass", "skipped", "topK", "topLosses", "unknown", "weightedF1",
            ],
            run.Json.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        int[][] confusion = run.Json.GetProperty("confusion").Deserialize<int[][]>()!;
        Assert.Equal(8, run.Json.GetProperty("images").GetInt32());
        Assert.Equal(["animal", "building", "food"], run.Json.GetProperty("classes").Deserialize<string[]>()!);
        Assert.Equal([4, 0, 4], confusion.Select(row => row.Sum()));
        Assert.Equal((confusion[0][0] + confusion[2][2]) / 8.0, run.Json.GetProperty("accuracy").GetDouble(), 12);
        Assert.True(run.Json.GetProperty("logLoss").GetDouble() > 0);
        Assert.Empty(run.Json.GetProperty("skipped").EnumerateArray());
        double[] interval = run.Json.GetProperty("accuracyInterval").Deserialize<double[]>()!;
        Assert.InRange(run.Json.GetProperty("accuracy").GetDouble(), interval[0], interval[1]);
        Assert.Equal(run.Json.GetProperty("accuracy").GetDouble(), run.Json.GetProperty("topK").GetProperty("1").GetDouble());
        Assert.Equal(1, run.Json.GetProperty("topK").GetProperty("5").GetDouble());
        Assert.Equal(
            ["label", "images", "precision", "recall", "f1"],
            run.Json.GetProperty("perClass")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(8, run.Json.GetProperty("topLosses").GetArrayLength());
        Assert.Equal(
            ["path", "truth", "predicted", "score", "loss"],
            run.Json.GetProperty("topLosses")[0].EnumerateObject().Select(property => property.Name));
        Assert.StartsWith(photos.Path, run.Json.GetProperty("topLosses")[0].GetProperty("path").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_OfAClassThatOccursNowhere_HasNullsForIt()
    {
        using var photos = new SampleFolder(1, "animal");

        CliRun run = await EvaluateAsync(photos, "--json");

        JsonElement building = run.Json.GetProperty("perClass").EnumerateArray().Single(
            one => one.GetProperty("label").GetString() == "building");
        Assert.Equal((0, JsonValueKind.Null), (building.GetProperty("images").GetInt32(), building.GetProperty("recall").ValueKind));
    }

    [Fact]
    public async Task Evaluate_WithFolds_NeedsNoModelAndPrintsEachFold()
    {
        using var photos = new SampleFolder(6, "animal", "food");

        CliRun json = await CliRun.InProcessAsync("evaluate", photos.Path, "--folds", "3", "--weights", "embedded", "--json");
        CliRun text = await CliRun.InProcessAsync("evaluate", photos.Path, "--folds", "3", "--weights", "embedded");

        Assert.Equal((0, string.Empty), (json.ExitCode, json.Error));
        Assert.Equal(12, json.Json.GetProperty("images").GetInt32());
        JsonElement[] folds = [.. json.Json.GetProperty("folds").EnumerateArray()];
        Assert.Equal([4, 4, 4], folds.Select(fold => fold.GetProperty("images").GetInt32()));
        Assert.Equal(
            folds.Average(fold => fold.GetProperty("accuracy").GetDouble()), json.Json.GetProperty("accuracy").GetDouble(), 9);
        Assert.Matches("^12 images, accuracy ", text.Output);
        Assert.Matches("fold 3: 4 images, accuracy [0-9.]+ %", text.Output);
    }

    [Fact]
    public async Task Evaluate_WithFoldsAndGroups_KeepsThemTogether()
    {
        using var photos = new SampleFolder(0);
        photos.AddClass("animal/a", "animal", 3);
        photos.AddClass("animal/b", "animal", 3, skip: 3);
        photos.AddClass("food/a", "food", 3);
        photos.AddClass("food/b", "food", 3, skip: 3);

        CliRun run = await CliRun.InProcessAsync(
            "evaluate", photos.Path, "--folds", "2", "--group-by", "parent", "--weights", "embedded", "--json");

        foreach (JsonElement fold in run.Json.GetProperty("folds").EnumerateArray())
        {
            Assert.Equal(
                2,
                fold.GetProperty("topLosses").EnumerateArray().Select(
                    image => Path.GetDirectoryName(image.GetProperty("path").GetString())).Distinct().Count());
        }
    }

    [Fact]
    public async Task Evaluate_WithGroups_TakesThemTogetherInTheInterval()
    {
        using var photos = new SampleFolder(8, "animal", "food");

        double[] single = Interval(await EvaluateAsync(photos, "--json"));
        double[] grouped = Interval(await EvaluateAsync(photos, "--json", "--group-by", "prefix:."));

        Assert.True(grouped[1] - grouped[0] >= single[1] - single[0]);

        static double[] Interval(CliRun run) => run.Json.GetProperty("accuracyInterval").Deserialize<double[]>()!;
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
