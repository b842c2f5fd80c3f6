using System.Text.Json;
using System.Text.RegularExpressions;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>classify</c> with weights of random numbers and a class list of its own beside them.</summary>
public sealed class ClassifyCommandTests
{
    private const int WithBackground = 1001;

    [Theory]
    [InlineData(1000)]
    [InlineData(WithBackground)]
    public async Task Classify_WithJson_GivesIndexLabelAndScoreOfEachClass(int classCount)
    {
        using var photos = new SampleFolder(1, "animal");
        string weights = WriteWeights(photos, classCount);

        CliRun run = await ClassifyAsync(photos, weights, "--json", "--top", "2000");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(["path", "label", "score", "top"], run.Json.EnumerateObject().Select(property => property.Name));
        JsonElement[] top = [.. run.Json.GetProperty("top").EnumerateArray()];
        double[] scores = [.. top.Select(entry => entry.GetProperty("score").GetDouble())];
        Assert.All(top, entry => Assert.Equal(["index", "label", "score"], entry.EnumerateObject().Select(property => property.Name)));
        Assert.All(
            top,
            entry => Assert.Equal($"class {entry.GetProperty("index").GetInt32() + 1}, alias", entry.GetProperty("label").GetString()));
        Assert.Equal(Enumerable.Range(0, 1000), top.Select(entry => entry.GetProperty("index").GetInt32()).Order());
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.Equal(1, scores.Sum(), 4);
        Assert.Equal(top[0].GetProperty("label").GetString(), run.Json.GetProperty("label").GetString());
    }

    [Fact]
    public async Task Classify_WithoutTop_ListsFive()
    {
        using var photos = new SampleFolder(2, "animal");
        string weights = WriteWeights(photos, WithBackground);

        CliRun json = await ClassifyAsync(photos, weights, "--json");
        CliRun text = await ClassifyAsync(photos, weights);

        Assert.All(json.JsonLines, line => Assert.Equal(5, line.GetProperty("top").GetArrayLength()));
        Assert.Equal(2, text.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Matches(
            $"^{Regex.Escape(photos.Path)}/animal/.*: (class [0-9]+, alias [0-9.]+ %, ){{4}}class [0-9]+, alias [0-9.]+ %\n", text.Output);
    }

    [Fact]
    public async Task Classify_WithBadPhotosAmongGoodOnes_GoesOnAndGivesAnErrorLineForEach()
    {
        using var photos = new SampleFolder(1, "animal");
        IReadOnlyList<string> bad = photos.AddBadPhotos("animal");

        CliRun run = await ClassifyAsync(photos, WriteWeights(photos, WithBackground), "--json");

        Assert.Equal((0, "3 of 4 cannot be used.\n"), (run.ExitCode, run.Error));
        Assert.Equal(
            bad.Select(name => $"{photos.Path}/{name}"),
            run.JsonLines.Where(line => line.TryGetProperty("error", out _)).Select(line => line.GetProperty("path").GetString()!));
    }

    [Fact]
    public async Task Classify_OfBadPhotosAlone_Fails()
    {
        using var photos = new SampleFolder(0);
        photos.AddBadPhotos("animal");

        CliRun run = await ClassifyAsync(photos, WriteWeights(photos, WithBackground), "--json");

        Assert.Equal((1, 3), (run.ExitCode, run.JsonLines.Count));
    }

    [Fact]
    public async Task Classify_WithWeightsWithoutAClassifier_IsWrongUsageAndNamesTheWaysOut()
    {
        using var photos = new SampleFolder(1, "animal");
        string weights = WriteWeights(photos, null);

        string error = (await ClassifyAsync(photos, weights, "--json")).AssertFailed(2);

        Assert.StartsWith("The weights 'weights.safetensors' have no classifier", error, StringComparison.Ordinal);
        Assert.Contains("--weights embedded, imagenet, imagenet-keras, birds, insects", error, StringComparison.Ordinal);
        Assert.Contains("mobilenetv2 train", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_OfflineWithoutAnyFile_NamesPhotosByTheEmbeddedWeightsAndSaysSo()
    {
        using var process = new CliProcess();
        string church = Path.Combine(Repository.SamplePhotos, "building", "church.webp");

        CliRun run = await process.RunAsync("classify", church, "--json", "--top", "20");

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("Using the embedded weights in place of ImageNet's", run.Error, StringComparison.Ordinal);
        Assert.Contains("downloads are forbidden (MOBILENETV2_OFFLINE)", run.Error, StringComparison.Ordinal);
        Assert.Contains(
            "church, church building",
            run.Json.GetProperty("top").EnumerateArray().Select(entry => entry.GetProperty("label").GetString()));
        Assert.Empty(process.Temporary);
        Assert.Empty(process.Home);
    }

    [Fact]
    public async Task Classify_WithTheEmbeddedWeightsByName_SaysNothing()
    {
        using var photos = new SampleFolder(1, "animal");

        CliRun run = await ClassifyAsync(photos, "embedded", "--json");

        Assert.Equal((0, string.Empty, 1), (run.ExitCode, run.Error, run.JsonLines.Count));
    }

    [Theory]
    [InlineData("gone.pth", "The weight file 'gone.pth' does not exist.")]
    [InlineData("https://example.org/w.tflite", "The weight file 'https://example.org/w.tflite' is a URL")]
    public async Task Classify_WithAMissingWeightFile_FailsNamingIt(string weights, string expected)
    {
        using var photos = new SampleFolder(1, "animal");

        Assert.StartsWith(expected, (await ClassifyAsync(photos, weights)).AssertFailed(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_WithAClassifierOfOtherClasses_FailsSayingWhatIsNeeded()
    {
        using var photos = new SampleFolder(1, "animal");
        string weights = WriteWeights(photos, 10);

        string error = (await ClassifyAsync(photos, weights)).AssertFailed(1);

        Assert.StartsWith(
            $"The weights '{Path.GetFileName(weights)}' cannot be used: they have a classifier of 10 classes",
            error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_WithAShortClassList_FailsNamingIt()
    {
        using var photos = new SampleFolder(1, "animal");
        string weights = WriteWeights(photos, WithBackground);
        File.WriteAllText(photos.PathOf("imagenet_labels.txt"), "background\n");

        string error = (await ClassifyAsync(photos, weights)).AssertFailed(1);

        Assert.Contains($"'{photos.PathOf("imagenet_labels.txt")}' cannot be used: it has 1 lines", error, StringComparison.Ordinal);
    }

    private static Task<CliRun> ClassifyAsync(SampleFolder photos, string weights, params string[] options) =>
        CliRun.InProcessAsync(["classify", photos.PathOf("animal"), "--weights", weights, .. options]);

    private static string WriteWeights(SampleFolder photos, int? classCount)
    {
        string path = photos.PathOf("weights.safetensors");
        MobileNetV2Weights weights = RandomWeights.Create(1, new ImagePreprocessing(), PaddingFlavor.TensorFlowSame, classCount);
        weights.SaveSafetensors(path);
        File.WriteAllLines(
            photos.PathOf("imagenet_labels.txt"), Enumerable.Range(0, WithBackground).Select(index => $"class {index}, alias"));
        return path;
    }
}
