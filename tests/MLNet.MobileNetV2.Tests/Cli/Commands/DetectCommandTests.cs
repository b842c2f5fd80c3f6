using System.Globalization;
using System.Text.Json;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>detect</c> with COCO's network, which is in the package.</summary>
public sealed class DetectCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static string Airplane => Path.Combine(Repository.SamplePhotos, "vehicle", "airplane.webp");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Detect_WithJson_GivesSizeAndObjectsOfEachPhoto()
    {
        CliRun run = await CliRun.InProcessAsync("detect", Airplane, "--json");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(["path", "width", "height", "detections"], run.Json.EnumerateObject().Select(property => property.Name));
        using SKBitmap photo = SKBitmap.Decode(Airplane);
        Assert.Equal((Airplane, photo.Width, photo.Height), (
            run.Json.GetProperty("path").GetString(), run.Json.GetProperty("width").GetInt32(), run.Json.GetProperty("height").GetInt32()));
        JsonElement[] found = [.. run.Json.GetProperty("detections").EnumerateArray()];
        Assert.All(found, one => Assert.Equal(["label", "score", "box"], one.EnumerateObject().Select(property => property.Name)));
        Assert.Equal("airplane", found[0].GetProperty("label").GetString());
        using var detector = MobileNetV2Detector.CreatePretrained();
        IReadOnlyList<DetectedObject> expected = detector.Detect(Airplane, TestContext.Current.CancellationToken);
        Assert.Equal(expected.Select(one => one.Score), found.Select(one => one.GetProperty("score").GetSingle()));
        Assert.Equal(
            expected.Select(one => (one.Box.X, one.Box.Y, one.Box.Width, one.Box.Height)),
            found.Select(one => one.GetProperty("box").EnumerateArray().Select(value => value.GetSingle()).ToArray())
                .Select(box => (box[0], box[1], box[2], box[3])));
    }

    [Fact]
    public async Task Detect_WithCsv_GivesARowAnObject()
    {
        string copy = _folder.File("a, b.webp");
        File.Copy(Airplane, copy);

        CliRun run = await CliRun.InProcessAsync("detect", copy, "--csv");

        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("path,label,score,x,y,width,height", lines[0]);
        Assert.StartsWith($"\"{copy}\",airplane,0.", lines[1], StringComparison.Ordinal);
        Assert.All(lines.Skip(1), line => Assert.All(
            line.Split(',')[^5..], field => Assert.True(float.TryParse(field, CultureInfo.InvariantCulture, out _))));
    }

    [Fact]
    public async Task Detect_AsText_NamesObjectsOrNothing()
    {
        using SKBitmap grey = Pictures.Paint(30, 30, (_, _) => new SKColor(90, 90, 90));
        File.WriteAllBytes(_folder.File("grey.png"), grey.EncodeAs(SKEncodedImageFormat.Png));

        CliRun run = await CliRun.InProcessAsync("detect", Airplane, _folder.File("grey.png"));

        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches(@": airplane [\d.]+ % \[-?\d+, -?\d+, \d+, \d+\]", lines[0]);
        Assert.Equal($"{_folder.File("grey.png")}: nothing", lines[1]);
    }

    [Fact]
    public async Task Detect_WithOutput_DrawsThem()
    {
        string pictures = _folder.File("drawn");

        CliRun run = await CliRun.InProcessAsync("detect", Airplane, "--output", pictures);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        using SKBitmap before = SKBitmap.Decode(Airplane);
        using SKBitmap after = SKBitmap.Decode(Path.Combine(pictures, "airplane-detected.jpg"));
        Assert.Equal((before.Width, before.Height), (after.Width, after.Height));
        Assert.Single(Directory.GetFiles(pictures));
    }

    [Fact]
    public async Task Detect_WithThresholdOverlapAndTop_PassesThemOn()
    {
        CliRun few = await CliRun.InProcessAsync("detect", Airplane, "--json", "--threshold", "0.01", "--top", "3");
        CliRun all = await CliRun.InProcessAsync("detect", Airplane, "--json", "--threshold", "0.01", "--overlap", "1", "--top", "3");
        CliRun none = await CliRun.InProcessAsync("detect", Airplane, "--json", "--threshold", "0.999");

        Assert.Equal(3, few.Json.GetProperty("detections").GetArrayLength());
        Assert.NotEqual(few.Output, all.Output);
        Assert.Equal(0, none.Json.GetProperty("detections").GetArrayLength());
    }

    [Fact]
    public async Task Detect_WithBadPhotosAmongGoodOnes_GoesOnAndGivesAnErrorLineForEach()
    {
        using var folder = new SampleFolder(1, "animal");
        IReadOnlyList<string> bad = folder.AddBadPhotos("animal");

        CliRun run = await CliRun.InProcessAsync("detect", folder.Path, "--json");

        Assert.Equal((0, "3 of 4 cannot be used.\n"), (run.ExitCode, run.Error));
        Assert.Equal(
            bad.Select(name => $"{folder.Path}/{name}"),
            run.JsonLines.Where(line => line.TryGetProperty("error", out _)).Select(line => line.GetProperty("path").GetString()!));
    }

    [Theory]
    [InlineData("--threshold 1", "--threshold is '1'; a number of at least 0 and less than 1 is needed.")]
    [InlineData("--threshold 0.99999999", "--threshold is '0.99999999'; a number of at least 0 and less than 1 is needed.")]
    [InlineData("--overlap 1e-60", "--overlap is '1e-60'; a number of more than 0 and at most 1 is needed.")]
    [InlineData("--threshold x", "--threshold is 'x'; a number of at least 0 and less than 1 is needed.")]
    [InlineData("--threshold NaN", "--threshold is 'NaN'; a number of at least 0 and less than 1 is needed.")]
    [InlineData("--overlap 0", "--overlap is '0'; a number of more than 0 and at most 1 is needed.")]
    [InlineData("--top 0", "--top is '0'; a whole number from 1 up is needed.")]
    [InlineData("--json --csv", "--json and --csv exclude each other.")]
    public async Task Detect_WithAnImpossibleOption_IsWrongUsage(string options, string message)
    {
        string error = (await CliRun.InProcessAsync(["detect", "a.jpg", .. options.Split(' ')])).AssertFailed(2);

        Assert.StartsWith(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detect_OfAPhotoThatIsTooWideForJpeg_DrawsAPngAndGoesOn()
    {
        using SKBitmap wide = Pictures.Paint(66_000, 1, (x, _) => new((byte)x, 0, 0));
        File.WriteAllBytes(_folder.File("wide.png"), wide.EncodeAs(SKEncodedImageFormat.Png));

        CliRun run = await CliRun.InProcessAsync("detect", _folder.File("wide.png"), Airplane, "--output", _folder.File("drawn"));

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(
            ["airplane-detected.jpg", "wide-detected.png"], Directory.GetFiles(_folder.File("drawn")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Detect_AsAProcess_NeedsNoNetworkAndLeavesNothing()
    {
        using var process = new CliProcess();

        CliRun run = await process.RunAsync("detect", Airplane);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Contains("airplane", run.Output, StringComparison.Ordinal);
        Assert.Empty(process.Temporary);
        Assert.Empty(process.Home);
    }
}
