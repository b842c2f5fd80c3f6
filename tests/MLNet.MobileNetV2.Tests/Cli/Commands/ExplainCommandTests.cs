using System.Text.Json;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public sealed class ExplainCommandTests(TrainedModel model) : IDisposable
{
    private readonly TempFolder _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public async Task Explain_WritesAPictureOfThePhotosSize_AndALineAPhoto()
    {
        using var photos = new SampleFolder(1, "animal", "food");

        CliRun run = await CliRun.InProcessAsync("explain", await model.PathAsync(), photos.Path, "--output", _output.Path, "--json");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(2, run.JsonLines.Count);
        foreach (JsonElement line in run.JsonLines)
        {
            Assert.Equal(["path", "label", "score", "overlay"], line.EnumerateObject().Select(property => property.Name));
            using SKBitmap photo = SKBitmap.Decode(line.GetProperty("path").GetString());
            using SKBitmap overlay = SKBitmap.Decode(line.GetProperty("overlay").GetString());
            Assert.Equal((photo.Width, photo.Height), (overlay.Width, overlay.Height));
        }
    }

    [Fact]
    public async Task Explain_OfAClass_ExplainsThatOne()
    {
        using var photos = new SampleFolder(1, "animal");

        CliRun run = await CliRun.InProcessAsync(
            "explain", await model.PathAsync(), photos.Path, "--output", _output.Path, "--class", "building");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Matches(": building [0-9.]+ % -> .*-explained.jpg\n$", run.Output);
    }

    [Fact]
    public async Task Explain_OfAPretrainedNetwork_HasItsClasses()
    {
        using var photos = new SampleFolder(1, "food");

        CliRun explained = await CliRun.InProcessAsync("explain", "embedded", photos.Path, "--output", _output.Path, "--json");
        CliRun classified = await CliRun.InProcessAsync("classify", photos.Path, "--weights", "embedded", "--json");

        Assert.Equal(classified.Json.GetProperty("label").GetString(), explained.Json.GetProperty("label").GetString());
    }

    [Fact]
    public async Task Explain_WithABadPhoto_GoesOnAfterIt()
    {
        using var photos = new SampleFolder(1, "animal");
        IReadOnlyList<string> bad = photos.AddBadPhotos("animal");

        CliRun run = await CliRun.InProcessAsync("explain", await model.PathAsync(), photos.Path, "--output", _output.Path, "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(bad.Count, run.JsonLines.Count(line => line.TryGetProperty("error", out _)));
        Assert.Single(_output.Names());
    }

    [Fact]
    public async Task Explain_OfAClassThatIsNotThere_NamesTheClasses()
    {
        using var photos = new SampleFolder(1, "animal");

        CliRun run = await CliRun.InProcessAsync(
            "explain", await model.PathAsync(), photos.Path, "--output", _output.Path, "--class", "ship");

        Assert.Equal(
            "The model has no class 'ship'; its classes are: animal, building, food.\n", run.AssertFailed(2));
    }

    [Fact]
    public async Task Explain_OfAModelThatIsNotThere_NamesIt()
    {
        using var photos = new SampleFolder(1, "animal");

        CliRun run = await CliRun.InProcessAsync("explain", "gone.zip", photos.Path, "--output", _output.Path);

        Assert.Contains("gone.zip", run.AssertFailed(1), StringComparison.Ordinal);
    }
}
