using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Parquet;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public sealed class FeaturizeCommandTests
{
    [Fact]
    public async Task Featurize_WithJson_PrintsOneObjectWithEveryField()
    {
        using var photos = new SampleFolder(2, "animal", "food");

        CliRun run = await FeaturizeAsync(photos, "--json");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(
            ["output", "images", "features", "weights", "shard", "wasThere", "fromCache", "seconds", "skipped"],
            run.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal((4, 1280, "embedded", false, 0), (
            run.Json.GetProperty("images").GetInt32(),
            run.Json.GetProperty("features").GetInt32(),
            run.Json.GetProperty("weights").GetString(),
            run.Json.GetProperty("wasThere").GetBoolean(),
            run.Json.GetProperty("fromCache").GetInt32()));
    }

    [Fact]
    public async Task Featurize_OfAFolder_LabelsWithItsSubFoldersAndNamesTheWeights()
    {
        using var photos = new SampleFolder(1, "food", "animal");
        photos.AddPhoto("without-class.webp");
        photos.AddPhoto("animal/deep/er/1.webp", "animal", 1);

        CliRun run = await FeaturizeAsync(photos);

        Assert.Matches(
            $@"^4 images \(featurized\), weights embedded, [0-9.]+ s -> {Regex.Escape(photos.PathOf("out.parquet"))}\n$", run.Output);
        IDataView data = Load(photos.PathOf("out.parquet"));
        Assert.Equal(["animal", "animal", "food", string.Empty], data.GetColumn<string>("Label"));
        string[] paths = [.. data.GetColumn<string>("ImagePath")];
        Assert.Equal($"{photos.Path}/animal/deep/er/1.webp", paths[1]);
        Assert.Equal($"{photos.Path}/without-class.webp", paths[3]);
        Assert.Equal("embedded", TestFeatures.OriginOf(photos.PathOf("out.parquet")).WeightsName);
    }

    [Fact]
    public async Task Featurize_OfAList_KeepsItsOrderAndLabels()
    {
        using var photos = new SampleFolder(2, "animal");
        string[] names = [.. Directory.GetFiles(photos.PathOf("animal")).Order(StringComparer.Ordinal)];
        File.WriteAllText(photos.PathOf("list.txt"), $"{names[1]}\tsecond one\n\n{names[0]}\r\n{names[1]}\t\n");

        CliRun run = await CliRun.InProcessAsync(
            "featurize", photos.PathOf("list.txt"), "--output", photos.PathOf("out.parquet"), "--weights", "embedded");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        IDataView data = Load(photos.PathOf("out.parquet"));
        Assert.Equal([names[1], names[0], names[1]], data.GetColumn<string>("ImagePath"));
        Assert.Equal(["second one", string.Empty, string.Empty], data.GetColumn<string>("Label"));
        float[][] features = [.. data.GetColumn<float[]>("Features")];
        Assert.Equal(features[0], features[2]);
        Assert.NotEqual(features[0], features[1]);
    }

    [Fact]
    public async Task Featurize_WithBadPhotos_ListsThemAndWritesTheOthers()
    {
        using var photos = new SampleFolder(2, "animal");
        IReadOnlyList<string> bad = photos.AddBadPhotos("animal");

        CliRun run = await FeaturizeAsync(photos, "--json");

        Assert.Equal((0, 2), (run.ExitCode, run.Json.GetProperty("images").GetInt32()));
        Assert.Equal(
            bad.Select(name => $"{photos.Path}/{name}"),
            run.Json.GetProperty("skipped").EnumerateArray().Select(image => image.GetProperty("path").GetString()!));
        Assert.Equal(3, run.Error.Split("skipped ").Length - 1);
        Assert.Equal(2, Load(photos.PathOf("out.parquet")).GetRowCount());
    }

    [Fact]
    public async Task Featurize_OfAFolderWithOtherFiles_SaysThatTheyAreLeftOut()
    {
        using var photos = new SampleFolder(1, "animal");
        using var output = new SampleFolder(0);
        File.WriteAllText(photos.PathOf("loose.heic"), "x");
        File.WriteAllText(photos.PathOf("animal/film.MOV"), "x");

        CliRun run = await CliRun.InProcessAsync("featurize", photos.Path, "-o", output.PathOf("f.parquet"), "--weights", "embedded");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("left out: 1 with *.heic, 1 with *.MOV.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Featurize_OfAllBesideItsShares_MakesAFolderThatIsRefused()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        Directory.CreateDirectory(photos.PathOf(".out"));
        foreach (string[] share in (string[][])[[], ["--shard", "1/2"], ["--shard", "2/2"]])
        {
            Assert.Equal(
                0,
                (
                    await CliRun.InProcessAsync(
                        ["featurize", photos.Path, "-o", photos.PathOf(".out/{shard}.parquet"), "--weights", "embedded", .. share]))
                    .ExitCode);
        }

        Assert.Contains(
            "images would count twice",
            Assert.Throws<FeatureFileException>(() => Load(photos.PathOf(".out"))).Message,
            StringComparison.Ordinal);
        Assert.Equal(4, Load(photos.PathOf(".out/*-of-2.parquet")).GetRowCount());
        Assert.Equal(4, Load(photos.PathOf(".out/1-of-1.parquet")).GetRowCount());
    }

    [Fact]
    public async Task Featurize_OfAListWithSpacesAroundLabels_TakesThemForTheSame()
    {
        using var photos = new SampleFolder(3, "animal");
        string[] names = [.. Directory.GetFiles(photos.PathOf("animal")).Order(StringComparer.Ordinal)];
        File.WriteAllText(photos.PathOf("list.txt"), $"{names[0]}\twild rose\n{names[1]}\twild rose \n{names[2]}\t \n");

        await CliRun.InProcessAsync("featurize", photos.PathOf("list.txt"), "-o", photos.PathOf("out.parquet"), "--weights", "embedded");

        Assert.Equal(["wild rose", "wild rose", string.Empty], Load(photos.PathOf("out.parquet")).GetColumn<string>("Label"));
    }

    [Fact]
    public async Task Featurize_ThroughALink_WritesTheFileThatItNames()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        using var photos = new SampleFolder(1, "animal");
        Directory.CreateDirectory(photos.PathOf(".big"));
        File.WriteAllText(photos.PathOf(".big/features.parquet"), "older");
        File.CreateSymbolicLink(photos.PathOf("out.parquet"), Path.Combine(".big", "features.parquet"));

        Assert.Equal(0, (await FeaturizeAsync(photos, "--force")).ExitCode);

        Assert.NotNull(new FileInfo(photos.PathOf("out.parquet")).LinkTarget);
        Assert.Equal(1, Load(photos.PathOf(".big/features.parquet")).GetRowCount());
    }

    [Fact]
    public async Task Featurize_WithACache_FindsThePicturesAgain()
    {
        using var photos = new SampleFolder(3, "animal");
        await FeaturizeAsync(photos, "--cache", photos.PathOf(".cache"));
        byte[] first = File.ReadAllBytes(photos.PathOf("out.parquet"));

        CliRun run = await FeaturizeAsync(photos, "--cache", photos.PathOf(".cache"), "--force");

        Assert.StartsWith("3 images (3 from the cache)", run.Output, StringComparison.Ordinal);
        Assert.Equal(first, File.ReadAllBytes(photos.PathOf("out.parquet")));
    }

    [Theory]
    [InlineData("1MiB", true)]
    [InlineData("2gib", false)]
    public async Task Featurize_WithACacheSize_KeepsSoMuch(string size, bool isBelowWhatIsThere)
    {
        using var photos = new SampleFolder(2, "animal");
        byte[] old = [1, 2, 3];
        float[] features = new float[200_000];
        using (var before = new SqliteFeatureCache(photos.PathOf(".cache")))
        {
            before.Add(old, features);
            before.Add([4, 5, 6], features);
        }

        CliRun first = await FeaturizeAsync(photos, "--cache", photos.PathOf(".cache"), "--cache-size", size);
        CliRun second = await FeaturizeAsync(photos, "--cache", photos.PathOf(".cache"), "--cache-size", size, "--force", "--json");

        Assert.Equal((0, 0, 2), (first.ExitCode, second.ExitCode, second.Json.GetProperty("fromCache").GetInt32()));
        using var after = new SqliteFeatureCache(photos.PathOf(".cache"));
        Assert.Equal(!isBelowWhatIsThere, after.TryGet(old, features));
    }

    [Fact]
    public async Task Featurize_InShards_GivesTheRowsOfOneFile()
    {
        using var photos = new SampleFolder(3, "animal", "food");
        await FeaturizeAsync(photos, "--cache", photos.PathOf(".cache"));
        Directory.CreateDirectory(photos.PathOf(".out"));
        for (int shard = 1; shard <= 4; shard++)
        {
            CliRun run = await CliRun.InProcessAsync(
                "featurize",
                photos.Path,
                "-o",
                photos.PathOf(".out/part-{shard}.parquet"),
                "--shard",
                $"{shard}/4",
                "--weights",
                "embedded",
                "--cache",
                photos.PathOf(".cache-{shard}"),
                "--json");
            Assert.True(Directory.Exists(photos.PathOf($".cache-{shard}-of-4")));
            Assert.Equal((0, $"{shard}-of-4", photos.PathOf($".out/part-{shard}-of-4.parquet")), (
                run.ExitCode, run.Json.GetProperty("shard").GetString(), run.Json.GetProperty("output").GetString()));
        }

        IDataView one = Load(photos.PathOf("out.parquet"));
        IDataView parts = Load(photos.PathOf(".out"));
        Assert.Equal(one.GetColumn<string>("ImagePath"), parts.GetColumn<string>("ImagePath"));
        Assert.Equal(one.GetColumn<float[]>("Features"), parts.GetColumn<float[]>("Features"));
    }

    [Fact]
    public async Task Featurize_OfAnEmptyShare_WritesAnEmptyFile()
    {
        using var photos = new SampleFolder(1, "animal");

        CliRun run = await FeaturizeAsync(photos, "--shard", "1/2", "--json");

        Assert.Equal((0, 0), (run.ExitCode, run.Json.GetProperty("images").GetInt32()));
        Assert.Equal(0, Load(photos.PathOf("out.parquet")).GetRowCount());
    }

    [Fact]
    public async Task Featurize_OfWhatIsNotThere_Fails()
    {
        using var photos = new SampleFolder(1, "animal");
        File.WriteAllText(photos.PathOf("empty.txt"), "\n \n");
        Directory.CreateDirectory(photos.PathOf("none"));
        using var bad = new SampleFolder(0);
        bad.AddBadPhotos("animal");

        Assert.Contains("There is no folder and no list 'gone'.", await FailAsync(1, "gone", photos.PathOf("o")), StringComparison.Ordinal);
        Assert.Contains(
            "empty.txt' names no image. One path a line is needed",
            await FailAsync(1, photos.PathOf("empty.txt"), photos.PathOf("o")),
            StringComparison.Ordinal);
        Assert.Contains("there is no image in it", await FailAsync(1, photos.PathOf("none"), photos.PathOf("o")), StringComparison.Ordinal);
        Assert.Contains("None of the 3 images can be used. ", await FailAsync(1, bad.Path, photos.PathOf("o")), StringComparison.Ordinal);
        Assert.Contains("there is no folder", await FailAsync(1, photos.Path, photos.PathOf("gone/o")), StringComparison.Ordinal);
        Assert.Equal(
            ["animal", "empty.txt", "none"],
            Directory.GetFileSystemEntries(photos.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("--shard 0/4", "--shard is '0/4'; i/n with i from 1 to n (for example 2/4), or auto is needed.")]
    [InlineData("--shard 5/4", "--shard is '5/4'")]
    [InlineData("--shard 1", "--shard is '1'")]
    [InlineData("--shard a/b", "--shard is 'a/b'")]
    [InlineData("--shard 1/2 --shard-count 2", "--shard-count can only be used with --shard auto.")]
    [InlineData("--shard-count 2", "--shard-count can only be used with --shard auto.")]
    [InlineData("--shard auto --shard-count 0", "--shard-count is '0'")]
    [InlineData("--cache", "--cache")]
    [InlineData("--cache-size 1GiB", "--cache-size can only be used with --cache.")]
    [InlineData("--cache c --cache-size 0MiB", "--cache-size is '0MiB'; a whole number with MiB or GiB is needed, from 1MiB up, for "
        + "example 500MiB.")]
    [InlineData("--cache c --cache-size -1GiB", "--cache-size")]
    [InlineData("--cache c --cache-size 1.5GiB", "--cache-size is '1.5GiB'")]
    [InlineData("--cache c --cache-size 1000000000001GiB", "--cache-size is '1000000000001GiB'")]
    [InlineData("--cache c --cache-size MiB", "--cache-size is 'MiB'")]
    [InlineData("--cache c --cache-size 5GB", "--cache-size is '5GB'")]
    [InlineData("--weights nothing", "The weights 'nothing' are not known")]
    public async Task Featurize_WithOptionsThatCannotBe_IsWrongUsage(string options, string message)
    {
        using var photos = new SampleFolder(1, "animal");

        CliRun run = await CliRun.InProcessAsync(["featurize", photos.Path, "-o", photos.PathOf("o"), .. options.Split(' ')]);

        Assert.Contains(message, run.AssertFailed(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Featurize_WithACacheThatIsAFile_FailsNamingIt()
    {
        using var photos = new SampleFolder(1, "animal");
        File.WriteAllText(photos.PathOf("cache"), "a file");

        CliRun run = await FeaturizeAsync(photos, "--cache", photos.PathOf("cache"));

        Assert.Contains(photos.PathOf("cache"), run.AssertFailed(1), StringComparison.Ordinal);
    }

    private static Task<CliRun> FeaturizeAsync(SampleFolder photos, params string[] options) =>
        CliRun.InProcessAsync(["featurize", photos.Path, "--output", photos.PathOf("out.parquet"), "--weights", "embedded", .. options]);

    private static async Task<string> FailAsync(int exitCode, string pictures, string output) =>
        (await CliRun.InProcessAsync("featurize", pictures, "--output", output, "--weights", "embedded")).AssertFailed(exitCode);

    private static IDataView Load(string path) => new MLContext().Data.LoadFromFeatureFiles(path);
}
