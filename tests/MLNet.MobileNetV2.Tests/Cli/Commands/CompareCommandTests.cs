using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public sealed class CompareCommandTests(TrainedModel model) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Compare_OfAModelWithItself_FindsNoDifference()
    {
        using var photos = new SampleFolder(4, "animal", "food");
        string path = await model.PathAsync();

        CliRun run = await CliRun.InProcessAsync("compare", path, path, photos.Path, "--json");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(
            [
                "images", "firstAccuracy", "secondAccuracy", "firstOnly", "secondOnly", "difference", "differenceInterval", "pValue",
                "skipped",
            ],
            run.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal((8, 0.0), (run.Json.GetProperty("images").GetInt32(), run.Json.GetProperty("difference").GetDouble()));
        Assert.Equal(1, run.Json.GetProperty("pValue").GetDouble());
    }

    [Fact]
    public async Task Compare_WithAModelOfWrongLabels_SaysThatItIsMoreThanChance()
    {
        using var photos = new SampleFolder(12, "animal", "building", "food");
        using var wrong = new SampleFolder(0);
        wrong.AddClass("animal", "food", 8);
        wrong.AddClass("building", "animal", 8);
        wrong.AddClass("food", "building", 8);
        string other = _folder.File("wrong.zip");
        CliRun trained = await CliRun.InProcessAsync("train", wrong.Path, "--output", other, "--weights", "embedded");
        Assert.Equal(0, trained.ExitCode);

        CliRun run = await CliRun.InProcessAsync("compare", await model.PathAsync(), other, photos.Path);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.StartsWith("36 images\n", run.Output, StringComparison.Ordinal);
        Assert.Matches("wrong.zip: accuracy [0-9.]+ %, alone right on ", run.Output);
        Assert.Matches(
            "difference -[0-9.]+ points \\(95 % interval -[0-9.]+ to -[0-9.]+\\), McNemar's exact test p = .*: more than chance",
            run.Output);
    }

    [Fact]
    public async Task Compare_WithBadPhotos_ListsEachOnce()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        IReadOnlyList<string> bad = photos.AddBadPhotos("food");
        string path = await model.PathAsync();

        CliRun run = await CliRun.InProcessAsync("compare", path, path, photos.Path, "--json");

        Assert.Equal((0, 4), (run.ExitCode, run.Json.GetProperty("images").GetInt32()));
        Assert.Equal(
            bad.Select(name => $"{photos.Path}/{name}"),
            run.Json.GetProperty("skipped").EnumerateArray().Select(image => image.GetProperty("path").GetString()!));
    }

    [Fact]
    public async Task Compare_WithAModelThatIsNotThere_FailsNamingIt()
    {
        using var photos = new SampleFolder(1, "animal");

        CliRun run = await CliRun.InProcessAsync("compare", await model.PathAsync(), _folder.File("gone.zip"), photos.Path);

        Assert.Contains("gone.zip", run.AssertFailed(1), StringComparison.Ordinal);
    }
}
