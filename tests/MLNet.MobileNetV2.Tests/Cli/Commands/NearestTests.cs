using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>train --keep-index</c>, and <c>predict</c> and <c>explain</c> with <c>--nearest</c>.</summary>
public sealed class NearestTests(TrainedModel model) : IDisposable
{
    private readonly SampleFolder _photos = new(4, "animal", "food");
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _photos.Dispose();
        _folder.Dispose();
    }

    private string Model => _folder.File("m.zip");

    [Fact]
    public async Task Predict_OfTrainingPhotos_FindsThemselvesFirst()
    {
        _photos.AddBadPhotos("food");
        CliRun train = await CliRun.InProcessAsync(
            "train", _photos.Path, "-o", Model, "--weights", "embedded", "--keep-index", "--validation", "0.25", "--json");

        CliRun run = await CliRun.InProcessAsync("predict", Model, _photos.Path, "--nearest", "3", "--json");

        Assert.Equal(0, train.ExitCode);
        Assert.Contains(
            $"The index '{_folder.File("m.index.parquet")}' holds the paths and features of the training photos.\n",
            train.Error,
            StringComparison.Ordinal);
        int trained = train.Json.GetProperty("trainImages").GetInt32();
        Assert.Equal(trained, ImageFeatureIndex.Open(Model).Count);
        JsonElement[] lines = [.. run.JsonLines.Where(line => line.TryGetProperty("label", out _))];
        Assert.Equal(8, lines.Length);
        Assert.All(lines, line => Assert.Equal(3, line.GetProperty("nearest").GetArrayLength()));
        JsonElement[] own = [.. lines.Where(line => Path(Nearest(line)) == Path(line))];
        Assert.Equal(trained, own.Length);
        Assert.All(own, line => Assert.InRange(Nearest(line).GetProperty("similarity").GetDouble(), 0.999, 1));
        Assert.All(own, line => Assert.Equal(["path", "label", "similarity"], Nearest(line).EnumerateObject().Select(item => item.Name)));
        Assert.All(own, line => Assert.Equal(
            System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Path(line))), Nearest(line).GetProperty("label").GetString()));
    }

    [Fact]
    public async Task Explain_WithNearest_ListsThemInJsonAndText()
    {
        await TrainAsync();
        string photo = Directory.GetFiles(_photos.PathOf("food"))[0];

        CliRun json = await CliRun.InProcessAsync("explain", Model, photo, "--output", _folder.Path, "--nearest", "2", "--json");
        CliRun text = await CliRun.InProcessAsync("explain", Model, photo, "--output", _folder.Path, "--nearest", "1");

        Assert.Equal(["path", "label", "score", "overlay", "nearest"], json.Json.EnumerateObject().Select(item => item.Name));
        Assert.Equal(photo, Path(Nearest(json.Json)));
        Assert.Contains($"; nearest: {photo} (food, 1.000) -> ", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WithNearestAsText_NamesThem()
    {
        await TrainAsync();
        string photo = Directory.GetFiles(_photos.PathOf("food"))[0];

        CliRun run = await CliRun.InProcessAsync("predict", Model, photo, "--nearest", "1", "--top", "1");

        Assert.EndsWith($" %; nearest: {photo} (food, 1.000)\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OnFeaturesWithKeepIndex_HasTheirPhotos()
    {
        string features = _folder.File("features.parquet");
        await CliRun.InProcessAsync("featurize", _photos.Path, "--output", features, "--weights", "embedded");

        CliRun train = await CliRun.InProcessAsync("train", "--features", features, "-o", Model, "--keep-index", "--validation", "0.25");
        CliRun run = await CliRun.InProcessAsync("predict", Model, _photos.Path, "--nearest", "1", "--json");

        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Equal(6, run.JsonLines.Count(line => Path(Nearest(line)) == Path(line)));
    }

    [Fact]
    public async Task Train_WithFineTuningAndKeepIndex_HasTheFeaturesOfTheTunedNetwork()
    {
        using var folder = new FineTuneFolder(4);
        folder.Pictures.AddBad();

        CliRun train = await folder.TrainAsync("--fine-tune", "1", "--steps", "2", "--keep-index", "--json");
        CliRun run = await CliRun.InProcessAsync("predict", folder.Model, folder.Pictures.Path, "--nearest", "1", "--json");

        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Single(train.Json.GetProperty("skipped").EnumerateArray());
        JsonElement[] lines = [.. run.JsonLines.Where(line => line.TryGetProperty("label", out _))];
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.InRange(Nearest(line).GetProperty("similarity").GetDouble(), 0.999, 1));
    }

    [Theory]
    [InlineData("predict")]
    [InlineData("explain", "--output", "out")]
    public async Task Nearest_OfAModelWithoutAnIndex_NamesTheFileAndTheWayOut(string command, params string[] options)
    {
        string path = await model.PathAsync();
        string[] inFolder = [.. options.Select(option => option == "out" ? _folder.Path : option)];

        CliRun run = await CliRun.InProcessAsync([command, path, _photos.Path, "--nearest", "3", .. inFolder]);

        AssertMessage.Tells(run.AssertFailed(1), $"'{ImageFeatureIndex.PathFor(path)}'", "there is no such file", "train --keep-index");
    }

    [Fact]
    public async Task Nearest_OfAnIndexOfAnotherModel_SaysSo()
    {
        await TrainAsync();
        string other = _folder.File("other.zip");
        File.Copy(await model.PathAsync(), other);
        File.Copy(ImageFeatureIndex.PathFor(Model), ImageFeatureIndex.PathFor(other));

        CliRun run = await CliRun.InProcessAsync("predict", other, _photos.Path, "--nearest", "3");

        Assert.Contains($"it belongs to another model than '{other}'", run.AssertFailed(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nearest_OfAnIndexOfOtherFeatures_SaysSo()
    {
        await TrainAsync();
        IDataView short3 = new MLContext().Data.LoadFromEnumerable([new ShortRow { ImagePath = "a", Label = "b", Features = [1, 2, 3] }]);
        await ImageFeatureIndex.CreateAsync(Model, short3, TestContext.Current.CancellationToken);

        CliRun run = await CliRun.InProcessAsync("predict", Model, _photos.Path, "--nearest", "3");

        Assert.Equal(
            "The model gives 1280 features, and the photos of its index have 3. Train with --keep-index again.\n", run.AssertFailed(1));
    }

    [Fact]
    public async Task Nearest_OfANetworkByName_SaysWhatIsNeeded()
    {
        CliRun run = await CliRun.InProcessAsync("explain", "embedded", _photos.Path, "--output", _folder.Path, "--nearest", "3");

        Assert.Equal(
            "--nearest needs a model that 'train --keep-index' saved; 'embedded' is a network by its name.\n", run.AssertFailed(2));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("x")]
    public async Task Nearest_OfAWrongNumber_SaysWhatIsAllowed(string count)
    {
        CliRun run = await CliRun.InProcessAsync("predict", "m.zip", "a.jpg", "--nearest", count);

        Assert.Contains($"--nearest is '{count}'; a whole number from 1 up is needed.", run.AssertFailed(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WithAnIndexThatCannotBeWritten_SaysSoBeforeItTrains()
    {
        Directory.CreateDirectory(_folder.File("m.index.parquet"));

        CliRun run = await CliRun.InProcessAsync("train", _photos.Path, "-o", Model, "--weights", "embedded", "--keep-index");

        Assert.Contains("is a folder; it must be a file", run.AssertFailed(1), StringComparison.Ordinal);
        Assert.False(File.Exists(Model));
    }

    private static string Path(JsonElement line) => line.GetProperty("path").GetString()!;

    private static JsonElement Nearest(JsonElement line) => line.GetProperty("nearest")[0];

    private async Task TrainAsync()
    {
        CliRun run = await CliRun.InProcessAsync("train", _photos.Path, "-o", Model, "--weights", "embedded", "--keep-index");
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private sealed class ShortRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;

        [VectorType(3)]
        public float[] Features { get; set; } = [];
    }
}
