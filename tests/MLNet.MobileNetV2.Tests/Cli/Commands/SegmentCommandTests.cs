using System.Text.Json;
using MLNet.MobileNetV2.Tests.Segmentation;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>segment</c> with a small network of four classes.</summary>
public sealed class SegmentCommandTests : IDisposable
{
    private readonly SmallSegmenter _small = new();

    private string Results => _small.Path("results");

    public void Dispose() => _small.Dispose();

    [Fact]
    public async Task Segment_WithJson_GivesSizeMaskAndSharesOfEachPhoto()
    {
        string photo = _small.PhotoFile(120, 80);

        CliRun run = await SegmentAsync(photo, "--json");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(["path", "width", "height", "mask", "classes"], run.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal((photo, 120, 80), (
            run.Json.GetProperty("path").GetString(), run.Json.GetProperty("width").GetInt32(), run.Json.GetProperty("height").GetInt32()));
        string mask = run.Json.GetProperty("mask").GetString()!;
        Assert.Equal(Path.Combine(Results, "120-80-mask.png"), mask);
        Assert.Equal(["120-80-mask.png", "120-80-overlay.jpg"], Directory.GetFiles(Results).Select(Path.GetFileName).Order());
        JsonElement[] classes = [.. run.Json.GetProperty("classes").EnumerateArray()];
        using MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.Load(_small.File);
        SegmentedImage expected = segmenter.Segment(photo, TestContext.Current.CancellationToken);
        Assert.Equal(
            expected.Classes.Select(one => (one.Index, one.Label, one.Share)),
            classes.Select(one => (
                one.GetProperty("index").GetInt32(), one.GetProperty("label").GetString()!, one.GetProperty("share").GetDouble())));
        using var png = new MemoryStream();
        expected.SavePng(png);
        Assert.Equal(png.ToArray(), await File.ReadAllBytesAsync(mask, TestContext.Current.CancellationToken));
        using SKBitmap overlay = SKBitmap.Decode(Path.Combine(Results, "120-80-overlay.jpg"));
        Assert.Equal((120, 80), (overlay.Width, overlay.Height));
    }

    [Fact]
    public async Task Segment_AsText_GivesALineAPhotoInTheirOrder()
    {
        string[] photos = [_small.PhotoFile(90, 30), _small.PhotoFile(40, 30), _small.PhotoFile(60, 30), _small.PhotoFile(50, 30)];

        CliRun run = await SegmentAsync(photos);

        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(photos, lines.Select(line => line[..line.LastIndexOf(": ", StringComparison.Ordinal)]));
        Assert.All(lines, line => Assert.Matches(@": (class \d [\d.]+ %(, )?)+$", line));
        Assert.Equal(8, Directory.GetFiles(Results).Length);
    }

    [Fact]
    public async Task Segment_WithBadPhotosAmongGoodOnes_GoesOnAndGivesAnErrorLineForEach()
    {
        using var folder = new SampleFolder(1, "animal");
        IReadOnlyList<string> bad = folder.AddBadPhotos("animal");

        CliRun run = await SegmentAsync(folder.Path, "--json");

        Assert.Equal((0, "3 of 4 cannot be used.\n"), (run.ExitCode, run.Error));
        Assert.Equal(
            bad.Select(name => $"{folder.Path}/{name}"),
            run.JsonLines.Where(line => line.TryGetProperty("error", out _)).Select(line => line.GetProperty("path").GetString()!));
        Assert.Equal(2, Directory.GetFiles(Results).Length);
    }

    [Theory]
    [InlineData("VOC-2", "The weights 'VOC-2' are not known; voc, voc-0.5 or the path of a .tflite file is allowed.\n")]
    [InlineData("", "--weights is empty; a name or the path of a weight file is needed.\n")]
    public async Task Segment_WithUnknownWeights_IsWrongUsage(string weights, string message)
    {
        string error = (await CliRun.InProcessAsync("segment", "a.jpg", "--output", Results, "--weights", weights)).AssertFailed(2);

        Assert.Equal($"{message}Try 'mobilenetv2 segment --help'.\n", error);
    }

    [Fact]
    public async Task Segment_WithAFileThatIsNotThere_FailsNamingIt()
    {
        string error = (await CliRun.InProcessAsync("segment", "a.jpg", "--output", Results, "--weights", "gone.tflite")).AssertFailed(1);

        Assert.Equal("The weight file 'gone.tflite' does not exist.\n", error);
    }

    [Fact]
    public async Task Segment_WithoutOutput_IsWrongUsage() =>
        Assert.Contains(
            "--output", (await CliRun.InProcessAsync("segment", "a.jpg")).AssertFailed(2), StringComparison.Ordinal);

    [Fact]
    public async Task Segment_IntoAFile_FailsNamingIt()
    {
        string error = (await CliRun.InProcessAsync("segment", "a.jpg", "--output", _small.File)).AssertFailed(1);

        Assert.StartsWith($"The output folder '{_small.File}' cannot be made: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_WithVocsNetwork_FindsTheAnimal()
    {
        string weights = TestEnvironment.RequireWeightsFolder();
        using var process = new CliProcess();
        process.Environment["MOBILENETV2_WEIGHTS"] = weights;
        string horse = Path.Combine(Repository.SamplePhotos, "animal", "horse.webp");

        CliRun run = await process.RunAsync("segment", horse, "--output", Results, "--json");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Contains("horse", run.Json.GetProperty("classes").EnumerateArray().Select(one => one.GetProperty("label").GetString()));
        Assert.Empty(process.Temporary);
    }

    private Task<CliRun> SegmentAsync(params string[] arguments) =>
        CliRun.InProcessAsync(["segment", .. arguments, "--output", Results, "--weights", _small.File]);
}
