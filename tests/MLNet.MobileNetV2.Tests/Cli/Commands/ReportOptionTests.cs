using MLNet.MobileNetV2.Tests.FineTuning;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>--report</c> of <c>train</c>, <c>evaluate</c> and <c>check</c>.</summary>
public sealed class ReportOptionTests(TrainedModel model) : IDisposable
{
    private readonly SampleFolder _photos = new(6, "animal", "food");
    private readonly TempFolder _folder = new();

    private string Report => _folder.File("report.html");

    public void Dispose()
    {
        _photos.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Evaluate_WritesThePage_AndPrintsWhatItPrintsWithout()
    {
        _photos.AddBadPhotos("food");
        string[] command = ["evaluate", await model.PathAsync(), _photos.Path, "--json"];

        CliRun plain = await CliRun.InProcessAsync(command);
        CliRun run = await CliRun.InProcessAsync([.. command, "--report", Report]);

        Assert.Equal((0, plain.Output), (run.ExitCode, run.Output));
        Assert.Equal($"{plain.Error}The report is '{Report}'.\n", run.Error);
        AssertHas("Measured on 12 images of 3 classes.", "SHA-256 of the model", "bad-empty.png", "bright, what speaks for the class");
    }

    [Fact]
    public async Task Evaluate_WithFolds_HasTheFoldsAndTheWeights()
    {
        CliRun run = await CliRun.InProcessAsync(
            "evaluate", _photos.Path, "--folds", "3", "--seed", "7", "--weights", "embedded", "--report", Report);

        Assert.Equal(0, run.ExitCode);
        AssertHas("Measures of each fold", ">SHA-256 of the weights<", ">Seed</th><td>7<", "--folds 3 --seed 7");
    }

    [Fact]
    public async Task Check_HasWhatWasFound()
    {
        _photos.AddBadPhotos("food");
        _photos.AddClass("food/again", "animal", 1);

        CliRun run = await CliRun.InProcessAsync("check", _photos.Path, "--weights", "embedded", "--report", Report);

        Assert.Equal(0, run.ExitCode);
        AssertHas("Conflicting labels (1)", "Unreadable files (3)", "Images by class", ">SHA-256 of the weights<");
    }

    [Theory]
    [InlineData("0.3")]
    [InlineData(null)]
    public async Task Train_HasHowTheModelWasMade_AndItsMeasuresWhereThereAreAny(string? validation)
    {
        string output = _folder.File("model.zip");
        string[] measured = validation is null ? [] : ["--validation", validation];

        CliRun run = await CliRun.InProcessAsync(
            ["train", _photos.Path, "--output", output, "--weights", "embedded", "--report", Report, .. measured]);

        Assert.Equal((0, $"The report is '{Report}'.\n"), (run.ExitCode, run.Error));
        AssertHas("How it was made", ">SHA-256 of the model<", ">Images trained on<");
        Assert.Equal(validation is not null, File.ReadAllText(Report).Contains("Most confused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Train_ThatFineTunes_HasItsCurvesAndItsRecipe()
    {
        using var folder = new FineTuneFolder(8);
        using var others = new DiscPictures(5, seed: 9);
        string report = folder.File("report.html");

        CliRun run = await folder.TrainAsync("--fine-tune", "1", "--epochs", "3", "--validation", others.Path, "--report", report);

        Assert.Equal(0, run.ExitCode);
        string html = await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken);
        Assert.All(
            ["Loss by epoch", "Accuracy by epoch", "Learning rate by epoch", ">Recipe, epochs</th><td>3<", ">Recipe, learningRate<"],
            text => Assert.Contains(text, html, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Train_ThatAddsToAModel_HasWhatWasAdded()
    {
        using var more = new SampleFolder(4, "vehicle");

        CliRun run = await CliRun.InProcessAsync(
            "train", "--add", more.Path, "--model", await model.PathAsync(), "--output", _folder.File("new.zip"), "--validation",
            _photos.Path, "--report", Report);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error.Replace($"The report is '{Report}'.\n", string.Empty)));
        AssertHas(">Model that has grown<", ">Images added</th><td>4<", ">New classes</th><td>1<", "Most confused");
    }

    [Theory]
    [InlineData("no/report.html", 1, "cannot be written: there is no folder")]
    [InlineData("", 1, "is a folder; it must be a file.")]
    [InlineData("model.zip", 2, "--report and --output are both")]
    public async Task Train_ToAPlaceThatCannotBe_FailsBeforeTheWork(string name, int exitCode, string message)
    {
        CliRun run = await CliRun.InProcessAsync(
            "train", _photos.Path, "--output", _folder.File("model.zip"), "--weights", "embedded", "--report", _folder.File(name));

        Assert.Contains(message, run.AssertFailed(exitCode), StringComparison.Ordinal);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public async Task Check_ThatMovesByAPlan_TakesNoReport()
    {
        CliRun run = await CliRun.InProcessAsync("check", "--apply", "fixes.json", "--report", Report);

        Assert.Contains("--report cannot be used with --apply.", run.AssertFailed(2), StringComparison.Ordinal);
    }

    private void AssertHas(params string[] texts)
    {
        string html = File.ReadAllText(Report);
        Assert.All(texts, text => Assert.Contains(text, html, StringComparison.Ordinal));
    }
}
