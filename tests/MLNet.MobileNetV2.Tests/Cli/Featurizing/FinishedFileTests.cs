using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Parquet;

namespace MLNet.MobileNetV2.Tests.Cli.Featurizing;

/// <summary>A file that is there is taken for finished only where it is the one that is asked for.</summary>
public sealed class FinishedFileTests
{
    [Fact]
    public async Task Featurize_OfAFinishedFile_LeavesItUnlessForced()
    {
        using var photos = new SampleFolder(2, "animal");
        await FeaturizeAsync(photos);
        DateTime time = DateTime.UtcNow.AddDays(-1);
        File.SetLastWriteTimeUtc(photos.PathOf("out.parquet"), time);

        CliRun again = await FeaturizeAsync(photos, "--json");
        Assert.Equal((true, 2, time), (
            again.Json.GetProperty("wasThere").GetBoolean(), again.Json.GetProperty("images").GetInt32(), File.GetLastWriteTimeUtc(
                photos.PathOf("out.parquet"))));

        CliRun forced = await FeaturizeAsync(photos, "--json", "--force");
        Assert.False(forced.Json.GetProperty("wasThere").GetBoolean());
        Assert.NotEqual(time, File.GetLastWriteTimeUtc(photos.PathOf("out.parquet")));
    }

    [Fact]
    public async Task Featurize_OfAFinishedFileOfOtherPictures_FailsNamingOne()
    {
        using var photos = new SampleFolder(4, "animal");
        using var others = new SampleFolder(2, "food");
        await FeaturizeAsync(photos);

        CliRun other = await CliRun.InProcessAsync("featurize", others.Path, "-o", photos.PathOf("out.parquet"), "--weights", "embedded");

        Assert.Contains(
            "which is not one of these images. Name another one, or give --force.", other.AssertFailed(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Featurize_OfAFinishedFileWithOtherLabels_FailsNamingOne()
    {
        using var photos = new SampleFolder(2, "animal");
        string[] names = [.. Directory.GetFiles(photos.PathOf("animal")).Order(StringComparer.Ordinal)];
        File.WriteAllText(photos.PathOf("list.txt"), $"{names[0]}\tcat\n{names[1]}\tdog\n");
        Assert.Equal(0, (await FeaturizeListAsync()).ExitCode);
        File.WriteAllText(photos.PathOf("list.txt"), $"{names[0]}\tcat\n{names[1]}\n");

        string error = (await FeaturizeListAsync()).AssertFailed(1);

        Assert.Contains($"already exists, with '{names[1]}' of the label 'dog', but no label is asked for. Name another one, or give "
            + "--force.", error, StringComparison.Ordinal);
        Assert.Equal(0, (await FeaturizeListAsync("--force")).ExitCode);
        Assert.Equal(["cat", string.Empty], Load(photos.PathOf("out.parquet")).GetColumn<string>("Label"));

        Task<CliRun> FeaturizeListAsync(params string[] options) => CliRun.InProcessAsync(
            ["featurize", photos.PathOf("list.txt"), "-o", photos.PathOf("out.parquet"), "--weights", "embedded", .. options]);
    }

    [Theory]
    [InlineData("1/2", null, "1/2", "all")]
    [InlineData(null, "1/2", "all", "1/2")]
    [InlineData("1/2", "1/3", "1/2", "1/3")]
    public async Task Featurize_OfAFinishedFileOfAnotherShare_Fails(string? first, string? second, string found, string wanted)
    {
        // The first share of two and that of three are the same two images.
        using var photos = new SampleFolder(5, "animal");
        await FeaturizeAsync(photos, first is null ? [] : ["--shard", first]);

        string error = (await FeaturizeAsync(photos, second is null ? [] : ["--shard", second])).AssertFailed(1);

        Assert.Contains(
            $"already exists, with {Named(found)}, but {Named(wanted)} asked for. Name another one, or give --force.",
            error,
            StringComparison.Ordinal);

        string Named(string share) => (share, share == wanted) switch
        {
            ("all", false) => "all images",
            ("all", true) => "all images are",
            (_, false) => $"share {share}",
            _ => $"share {share} is",
        };
    }

    [Fact]
    public async Task Featurize_OfAFinishedShareOfAnotherList_Fails()
    {
        using var photos = new SampleFolder(4, "animal");
        await FeaturizeAsync(photos, "--shard", "1/2");
        photos.AddPhoto("animal/z.webp", index: 6);

        string error = (await FeaturizeAsync(photos, "--shard", "1/2")).AssertFailed(1);

        Assert.Contains("already exists, with share 1/2 of another list", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Featurize_OfAListThatNamesAPictureOnceMoreOrLess_ComparesHowOften()
    {
        using var photos = new SampleFolder(1, "animal");
        string name = Directory.GetFiles(photos.PathOf("animal")).Single();
        await FeaturizeListAsync(2);

        Assert.Contains("more often", (await FeaturizeListAsync(1)).AssertFailed(1), StringComparison.Ordinal);
        Assert.Contains("1 of the 3 images are not in it", (await FeaturizeListAsync(3)).Error, StringComparison.Ordinal);

        Task<CliRun> FeaturizeListAsync(int times)
        {
            File.WriteAllLines(photos.PathOf("list.txt"), Enumerable.Repeat(name, times));
            return CliRun.InProcessAsync(
                "featurize", photos.PathOf("list.txt"), "-o", photos.PathOf("out.parquet"), "--weights", "embedded");
        }
    }

    [Fact]
    public async Task Featurize_OfAFinishedFileThatLacksPictures_SaysSo()
    {
        using var photos = new SampleFolder(2, "animal");
        await FeaturizeAsync(photos);
        photos.AddPhoto("animal/new.webp", index: 5);

        CliRun again = await FeaturizeAsync(photos, "--json");

        Assert.Contains("1 of the 3 images are not in it", again.Error, StringComparison.Ordinal);
        Assert.Equal(2, again.Json.GetProperty("images").GetInt32());
    }

    [Fact]
    public async Task Featurize_OfADamagedFile_SaysSoAndMakesItAgain()
    {
        using var photos = new SampleFolder(1, "animal");
        File.WriteAllText(photos.PathOf("out.parquet"), "half a file");

        CliRun run = await FeaturizeAsync(photos);

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("It will be made again.\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, Load(photos.PathOf("out.parquet")).GetRowCount());
    }

    [Fact]
    public async Task Featurize_OverAFileOfOtherWeights_FailsUnlessForced()
    {
        using var photos = new SampleFolder(1, "animal");
        TestFeatures.Write(photos.PathOf("out.parquet"), 1);

        string error = (await FeaturizeAsync(photos)).AssertFailed(1);

        Assert.Contains("already exists, of another weights ('test-weights' and 'embedded'", error, StringComparison.Ordinal);
        Assert.Equal(0, (await FeaturizeAsync(photos, "--force")).ExitCode);
    }

    private static Task<CliRun> FeaturizeAsync(SampleFolder photos, params string[] options) =>
        CliRun.InProcessAsync(["featurize", photos.Path, "--output", photos.PathOf("out.parquet"), "--weights", "embedded", .. options]);

    private static IDataView Load(string path) => new MLContext().Data.LoadFromFeatureFiles(path);
}
