namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>train --add</c> and <c>--unknown-label</c>.</summary>
public sealed class TrainGrowthTests : IDisposable
{
    private readonly SampleFolder _photos = new(12, "food", "animal");
    private readonly SampleFolder _more = new(12, "building");

    private string Model => _photos.PathOf("model.zip");

    public void Dispose()
    {
        _photos.Dispose();
        _more.Dispose();
    }

    [Fact]
    public async Task Train_WithAdd_WritesAModelOfAllClasses()
    {
        await TrainAsync();

        CliRun grown = await CliRun.InProcessAsync("train", "--add", _more.Path, "--model", Model, "--output", Model);
        CliRun named = await CliRun.InProcessAsync("predict", Model, _more.Files[0], "--json");

        Assert.Equal((0, string.Empty), (grown.ExitCode, grown.Error));
        Assert.StartsWith("12 images added to 24, 3 classes, new: building, 0.0 s -> ", grown.Output, StringComparison.Ordinal);
        Assert.Equal("building", named.Json.GetProperty("label").GetString());
    }

    [Fact]
    public async Task Train_WithAddAndJson_PrintsWhatCameOfIt()
    {
        await TrainAsync();
        using var others = new SampleFolder(0);
        others.AddClass("building", "building", 6, skip: 12);
        others.AddClass("food", "food", 6, skip: 12);
        _more.AddBadPhotos("building");

        CliRun grown = await CliRun.InProcessAsync(
            "train", "--add", _more.Path, "--model", Model, "--output", _photos.PathOf("new.zip"), "--validation", others.Path, "--balance",
            "--json");

        Assert.Equal(0, grown.ExitCode);
        Assert.Equal(3, grown.Json.GetProperty("classes").GetArrayLength());
        Assert.Equal("building", grown.Json.GetProperty("newClasses")[0].GetString());
        Assert.Equal((12, 36), (grown.Json.GetProperty("addedImages").GetInt32(), grown.Json.GetProperty("knownImages").GetInt64()));
        Assert.Equal(12, grown.Json.GetProperty("validation").GetProperty("images").GetInt32());
        Assert.Equal(3, grown.Json.GetProperty("skipped").GetArrayLength());
        Assert.Contains("bad-cut.jpg", grown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_AndEvaluate_OfAModelWithUnknownImages_SaySo()
    {
        await TrainAsync("--unknown-label", "none", "--known-share", "0.6");
        using var others = new SampleFolder(0);
        others.AddClass("food", "food", 10, skip: 12);
        others.AddClass("animal", "vehicle", 10);

        CliRun named = await CliRun.InProcessAsync(["predict", Model, .. others.Files, "--json", "--output", _photos.PathOf("labels.csv")]);
        CliRun renamed = await CliRun.InProcessAsync(["predict", Model, .. others.Files, "--unknown", "other"]);
        CliRun measured = await CliRun.InProcessAsync("evaluate", Model, others.Path, "--json");
        CliRun told = await CliRun.InProcessAsync("evaluate", Model, others.Path);

        int unknown = named.JsonLines.Count(line => line.TryGetProperty("unknown", out _));
        Assert.InRange(unknown, 4, 16);
        Assert.All(named.JsonLines, line => Assert.Contains(line.GetProperty("label").GetString(), (string[])["animal", "food"]));
        Assert.Equal(unknown, renamed.Output.Split('\n').Count(line => line.Contains(": other (", StringComparison.Ordinal)));
        string[] labels = await File.ReadAllLinesAsync(_photos.PathOf("labels.csv"), TestContext.Current.CancellationToken);
        Assert.Contains("best_label", labels[0], StringComparison.Ordinal);
        Assert.Equal(unknown, labels.Count(line => line.Contains(",none,", StringComparison.Ordinal)));
        Assert.Equal((20, unknown), (measured.Json.GetProperty("images").GetInt32(), measured.Json.GetProperty("unknown").GetInt32()));
        Assert.Contains($"{unknown} of 20 taken for none of the classes", told.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--add needs the model that grows: give --model.", "--add", "more")]
    [InlineData("--model can only be used with --add.", "folder", "--model", "old.zip")]
    [InlineData("A folder and --add are given; one of them is needed.", "folder", "--add", "more", "--model", "old.zip")]
    [InlineData("--l2 cannot be used with --add.", "--add", "more", "--model", "old.zip", "--l2", "1")]
    [InlineData("--fine-tune cannot be used with --add.", "--add", "more", "--model", "old.zip", "--fine-tune", "1")]
    [InlineData("--unknown-label cannot be used with --add.", "--add", "more", "--model", "old.zip", "--unknown-label", "x")]
    [InlineData("--validation is a fraction; with --add a folder is needed.", "--add", "more", "--model", "old.zip", "--validation", "0.2")]
    [InlineData("--add is empty; a path is needed.", "--add", "", "--model", "old.zip")]
    [InlineData("--model is empty; a path is needed.", "--add", "more", "--model", "")]
    [InlineData("--known-share can only be used with --unknown-label.", "folder", "--known-share", "0.9")]
    [InlineData(
        "--known-share is '1'; a number of more than 0 and less than 1 is needed.", "folder", "--unknown-label", "x", "--known-share", "1")]
    [InlineData(
        "--unknown-label needs the images themselves: it cannot be used with --features.", "--features", "f", "--unknown-label", "x")]
    [InlineData("--unknown-label is empty; a name is needed.", "folder", "--unknown-label", " ")]
    [InlineData("--unknown-label has control characters; a name without them is needed.", "folder", "--unknown-label", "a\tb")]
    public async Task Train_WithAWrongOption_SaysWhatIsAllowed(string expected, params string[] arguments)
    {
        CliRun run = await CliRun.InProcessAsync(["train", .. arguments, "--output", Model]);

        Assert.Contains($"{expected}\n", run.AssertFailed(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WithAnUnknownLabelAndTooFewImages_SaysHowManyAreNeeded()
    {
        using var few = new SampleFolder(1, "food", "animal");

        CliRun run = await CliRun.InProcessAsync("train", few.Path, "-o", Model, "--weights", "embedded", "--unknown-label", "none");

        Assert.Contains("at least 20 images", run.AssertFailed(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WithAddToAFileThatIsNoModel_SaysSo()
    {
        string other = _more.Files[0];

        CliRun run = await CliRun.InProcessAsync("train", "--add", _more.Path, "--model", other, "--output", Model);

        Assert.Contains(other, run.AssertFailed(1), StringComparison.Ordinal);
    }

    private async Task TrainAsync(params string[] options)
    {
        CliRun run = await CliRun.InProcessAsync(
            ["train", _photos.Path, "--output", Model, "--weights", "embedded", .. options]);
        Assert.Equal(0, run.ExitCode);
    }
}
