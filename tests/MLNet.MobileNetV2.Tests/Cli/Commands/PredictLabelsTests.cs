using System.Text.Json;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary>What <c>predict</c> does beside printing: files of labels, sorting, the unknown, and how it ends.</summary>
public sealed class PredictLabelsTests(TrainedModel model) : IDisposable
{
    private static readonly string[] s_classes = ["animal", "building", "food"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Predict_WithOutput_WritesARowAPhotoAndPrintsAsBefore()
    {
        using var photos = new SampleFolder(2, "animal");
        IReadOnlyList<string> bad = photos.AddBadPhotos("animal");

        CliRun run = await PredictAsync([photos.Path], "--output", Labels, "--top", "2", "--json");

        string[][] rows = Rows();
        Assert.Equal((0, 5), (run.ExitCode, run.JsonLines.Count));
        Assert.Equal(["path", "label", "score", "label2", "score2", "error"], rows[0]);
        Assert.Equal(run.JsonLines.Select(line => line.GetProperty("path").GetString()), rows[1..].Select(row => row[0]));
        JsonElement good = run.JsonLines.First(line => line.TryGetProperty("label", out _));
        string[] row = rows.Single(row => row[0] == good.GetProperty("path").GetString());
        Assert.Equal((good.GetProperty("label").GetString(), good.GetProperty("score").GetRawText()), (row[1], row[2]));
        Assert.Equal(bad.Count, rows[1..].Count(row => row[1].Length == 0 && row[5].Length > 0));
    }

    [Fact]
    public async Task Predict_WithMoreTopThanClasses_HasAColumnAClass()
    {
        using var photos = new SampleFolder(1, "animal");

        await PredictAsync([photos.Path], "--output", Labels, "--top", "100");

        Assert.Equal(["path", "label", "score", "label2", "score2", "label3", "score3", "error"], Rows()[0]);
    }

    [Fact]
    public async Task Predict_WithAThreshold_CallsPhotosBelowUnknownAndKeepsTheBestClass()
    {
        using var photos = new SampleFolder(3, "animal", "food");
        double[] scores = [.. (await PredictAsync([photos.Path], "--json")).JsonLines.Select(Score).Order()];
        string threshold = scores[2].ToString("R", System.Globalization.CultureInfo.InvariantCulture);

        CliRun run = await PredictAsync(
            [photos.Path], "--json", "--threshold", threshold, "--unknown", "none of them", "--output", Labels, "--sort-into", Sorted);
        CliRun text = await PredictAsync([photos.Path], "--threshold", threshold, "--top", "1");

        JsonElement[] refused = [.. run.JsonLines.Where(line => line.TryGetProperty("unknown", out _))];
        Assert.Equal(2, refused.Length);
        Assert.All(refused, line => Assert.True(line.GetProperty("unknown").GetBoolean()));
        Assert.All(refused, line => Assert.Contains(line.GetProperty("label").GetString(), s_classes));
        Assert.Equal(
            ["path", "label", "score", "unknown", "top", "sortedTo"], refused[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(Sorted, "none of them")).Length);
        string[][] rows = Rows();
        Assert.Equal("best_label", rows[0][^2]);
        Assert.Equal(
            refused.Select(line => line.GetProperty("label").GetString()),
            rows.Where(row => row[1] == "none of them").Select(row => row[^2]));
        Assert.Equal(2, text.Output.Split('\n').Count(line => line.Contains(": unknown (", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Predict_WithSortInto_CopiesEachPhotoIntoItsLabelAndLeavesBadOnes()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        photos.AddBadPhotos("food");
        string[] before = photos.Files;

        CliRun run = await PredictAsync([photos.Path], "--sort-into", Sorted, "--json");

        JsonElement[] good = [.. run.JsonLines.Where(line => line.TryGetProperty("label", out _))];
        Assert.Equal((0, 4), (run.ExitCode, good.Length));
        Assert.All(good, line => Assert.Equal(
            Path.Combine(Sorted, line.GetProperty("label").GetString()!, Path.GetFileName(line.GetProperty("path").GetString())!),
            line.GetProperty("sortedTo").GetString()));
        Assert.Equal(4, Directory.GetFiles(Sorted, "*", SearchOption.AllDirectories).Length);
        Assert.Equal(before, photos.Files);
    }

    [Fact]
    public async Task Predict_WithMoveIntoThePhotosOwnFolder_SortsThemInPlaceAndOnceMoreChangesNothing()
    {
        using var photos = new SampleFolder(0);
        photos.AddPhoto("a.webp");
        photos.AddPhoto("deep/a.webp", "food");
        IReadOnlyList<string> bad = photos.AddBadPhotos("bad");

        CliRun first = await PredictAsync([photos.Path], "--sort-into", photos.Path, "--move");
        string[] sorted = photos.Files;
        CliRun second = await PredictAsync([photos.Path], "--sort-into", photos.Path, "--move");

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Equal(5, sorted.Length);
        Assert.All(bad, name => Assert.Contains(photos.PathOf(name), sorted));
        Assert.DoesNotContain(photos.PathOf("a.webp"), sorted);
        Assert.Equal(sorted, photos.Files);
    }

    [Fact]
    public async Task Predict_OfAPhotoTwiceWithMove_NamesItAsGone()
    {
        using var photos = new SampleFolder(0);
        photos.AddPhoto("a.webp");

        CliRun run = await PredictAsync([photos.PathOf("a.webp"), photos.PathOf("a.webp")], "--sort-into", Sorted, "--move", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("it is not there any more, and could not be sorted.", run.JsonLines[1].GetProperty("error").GetString());
    }

    [Fact]
    public async Task Predict_WithSortIntoWithinThePhotos_FailsBeforeAnythingIsDone()
    {
        using var photos = new SampleFolder(1, "animal");

        CliRun run = await PredictAsync([photos.Path], "--sort-into", photos.PathOf("sorted"));

        Assert.Contains("or --move", run.AssertFailed(2), StringComparison.Ordinal);
        Assert.Single(photos.Files);
    }

    [Theory]
    [InlineData("predict", 0)]
    [InlineData("predict", 1, "--strict")]
    [InlineData("classify", 0)]
    [InlineData("classify", 1, "--strict")]
    public async Task Strict_WithABadPhoto_ExitsWithOne(string command, int exitCode, params string[] options)
    {
        using var photos = new SampleFolder(1, "animal");
        photos.AddBadPhotos("animal");
        string[] arguments = command == "predict" ? [command, await model.PathAsync()] : [command, "--weights", "embedded"];

        CliRun run = await CliRun.InProcessAsync([.. arguments, photos.Path, .. options]);

        Assert.Equal(exitCode, run.ExitCode);
    }

    [Fact]
    public async Task Strict_WithGoodPhotosAlone_IsDone()
    {
        using var photos = new SampleFolder(1, "animal");

        Assert.Equal(0, (await PredictAsync([photos.Path], "--strict")).ExitCode);
    }

    [Fact]
    public async Task Quiet_WithOutput_WritesErrorsAlone()
    {
        using var photos = new SampleFolder(1, "animal");
        File.WriteAllText(photos.PathOf("animal/film.mov"), "x");
        string bad = photos.AddBadPhotos("animal")[1];

        CliRun run = await PredictAsync([photos.PathOf("animal")], "--quiet", "--output", Labels);
        CliRun good = await PredictAsync([Directory.GetFiles(photos.PathOf("animal"), "*.webp")[0]], "--quiet", "--output", Labels);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Output));
        Assert.Equal(3, run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains($"{photos.PathOf(bad)}: the file is empty", run.Error, StringComparison.Ordinal);
        Assert.Equal((string.Empty, string.Empty), (good.Output, good.Error));
    }

    [Fact]
    public async Task Quiet_WithoutOutput_PrintsTheLabels()
    {
        using var photos = new SampleFolder(1, "animal");

        CliRun run = await PredictAsync([photos.Path], "--quiet");

        Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Verbose_SaysHowLongItTook()
    {
        using var photos = new SampleFolder(2, "animal");

        CliRun run = await PredictAsync([photos.Path], "--verbose");

        Assert.Equal("The model was loaded in 0.0 s; 2 photos took 0.0 s, 0.0 a second.\n", run.Error);
    }

    [Theory]
    [InlineData("--link can only be used with --sort-into.", "--link")]
    [InlineData("--copy can only be used with --sort-into.", "--copy")]
    [InlineData("--copy and --link exclude each other.", "--sort-into", "s", "--copy", "--link")]
    [InlineData("--link and --move exclude each other.", "--sort-into", "s", "--move", "--link")]
    [InlineData("--quiet and --verbose exclude each other.", "--quiet", "--verbose")]
    [InlineData("The output 'labels.txt' has neither the ending .csv nor .parquet.", "--output", "labels.txt")]
    [InlineData("--output is empty; a path is needed.", "--output", "")]
    [InlineData("--sort-into is empty; a path is needed.", "--sort-into", " ")]
    [InlineData("--unknown is empty; a name is needed.", "--unknown", "")]
    [InlineData("--threshold is '1.5'; a number of 0 to 1 is needed.", "--threshold", "1.5")]
    [InlineData("--threshold is 'x'; a number of 0 to 1 is needed.", "--threshold", "x")]
    [InlineData("--threshold is 'NaN'; a number of 0 to 1 is needed.", "--threshold", "NaN")]
    public async Task Predict_WithWrongOptions_SaysWhatIsWrong(string message, params string[] options)
    {
        CliRun run = await CliRun.InProcessAsync(["predict", "m.zip", "a.jpg", .. options]);

        Assert.Contains(message, run.AssertFailed(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WithAnOutputThatCannotBeWritten_SaysSoBeforeTheModelIsLoaded()
    {
        Directory.CreateDirectory(_folder.File("f.csv"));

        CliRun folder = await CliRun.InProcessAsync("predict", "gone.zip", "a.jpg", "--output", _folder.File("f.csv"));
        CliRun missing = await CliRun.InProcessAsync("predict", "gone.zip", "a.jpg", "--output", _folder.File("no/f.csv"));

        Assert.Contains("is a folder; it must be a file", folder.AssertFailed(1), StringComparison.Ordinal);
        Assert.Contains("there is no folder", missing.AssertFailed(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WhereSortingFailsMidway_KeepsTheRowsThatAreDone()
    {
        using var photos = new SampleFolder(1, "animal", "food");
        IReadOnlyList<JsonElement> lines = (await PredictAsync([photos.Path], "--json")).JsonLines;
        string[] found = [.. lines.Select(line => line.GetProperty("label").GetString()!)];
        Assert.NotEqual(found[0], found[1]);
        Directory.CreateDirectory(Sorted);
        await File.WriteAllTextAsync(Path.Combine(Sorted, found[1]), "in the way", TestContext.Current.CancellationToken);

        CliRun run = await PredictAsync([photos.Path], "--output", Labels, "--sort-into", Sorted);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cannot be made: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(["label", found[0]], Rows().Select(row => row[1]));
    }

    [Fact]
    public async Task Predict_WithSortIntoAFile_NamesIt()
    {
        using var photos = new SampleFolder(1, "animal");
        string file = _folder.File("file");
        await File.WriteAllTextAsync(file, "x", TestContext.Current.CancellationToken);

        CliRun run = await PredictAsync([photos.Path], "--sort-into", file);

        Assert.Contains($"The folder '{file}' cannot be made: ", run.AssertFailed(1), StringComparison.Ordinal);
    }

    private string Labels => _folder.File("labels.csv");

    private string Sorted => _folder.File("sorted");

    private static double Score(JsonElement line) => line.GetProperty("score").GetDouble();

    // Neither the paths nor the messages of these photos hold commas.
    private string[][] Rows() => [.. File.ReadAllLines(Labels).Select(line => line.Split(','))];

    private async Task<CliRun> PredictAsync(string[] images, params string[] options) =>
        await CliRun.InProcessAsync(["predict", await model.PathAsync(), .. images, .. options]);
}
