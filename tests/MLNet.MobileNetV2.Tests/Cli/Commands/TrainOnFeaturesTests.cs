using System.Text.RegularExpressions;
using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Parquet;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>train --features</c> makes the model that training on the images makes.</summary>
public sealed class TrainOnFeaturesTests
{
    [Theory]
    [InlineData]
    [InlineData("--validation", "0.25", "--seed", "7")]
    public async Task Train_OnFeatures_GivesTheModelAndTheMeasuresOfThePhotos(params string[] options)
    {
        using var photos = new SampleFolder(4, "animal", "food");
        await FeaturizeAsync(photos, "--cache", photos.PathOf(".cache"));

        CliRun fromPhotos = await CliRun.InProcessAsync(
            [
                "train",
                photos.Path,
                "-o",
                photos.PathOf("1.zip"),
                "--weights",
                "embedded",
                "--cache",
                photos.PathOf(".cache"),
                "--json",
                .. options,
            ]);
        CliRun fromFeatures = await CliRun.InProcessAsync(
            ["train", "--features", photos.PathOf("*.parquet"), "-o", photos.PathOf("2.zip"), "--json", .. options]);

        Assert.Equal((0, string.Empty), (fromFeatures.ExitCode, fromFeatures.Error));
        Assert.Equal(Without(fromPhotos, "seconds"), Without(fromFeatures, "seconds"));
        string scores = await ScoresAsync(photos, "1.zip");
        Assert.Equal(scores, await ScoresAsync(photos, "2.zip"));
    }

    [Fact]
    public async Task Train_OnSeveralFilesAfterTheOption_TakesThemAll()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        await FeaturizeAsync(photos);
        photos.AddPhoto("animal/one-more.webp", "animal", 5);
        await CliRun.InProcessAsync("featurize", photos.Path, "--output", photos.PathOf("more.parquet"), "--weights", "embedded");

        CliRun run = await CliRun.InProcessAsync(
            "train", "--features", photos.PathOf("out.parquet"), photos.PathOf("more.parquet"), "-o", photos.PathOf("m.zip"), "--json");

        Assert.Equal((0, 9), (run.ExitCode, run.Json.GetProperty("trainImages").GetInt32()));
        Assert.Matches(
            $"^4 of 9 images have the path of an earlier one, such as '{Regex.Escape(photos.Path)}/food/[^']+', and count again.\n$",
            run.Error);
    }

    [Fact]
    public async Task Train_OnSharesOfWhichOneIsMissingOrOfAnotherList_NamesIt()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        Directory.CreateDirectory(photos.PathOf(".out"));
        await FeaturizeShareAsync("1/3");
        await FeaturizeShareAsync("3/3");
        Assert.Contains("these shares are missing: 2/3.", await FailAsync(1, photos, ".out/*.parquet"), StringComparison.Ordinal);

        photos.AddPhoto("food/one-more.webp", "food", 5);
        await FeaturizeShareAsync("2/3");
        Assert.Contains(
            "all shares must be made from the same one", await FailAsync(1, photos, ".out/*.parquet"), StringComparison.Ordinal);

        await FeaturizeShareAsync("1/3", "--force");
        await FeaturizeShareAsync("3/3", "--force");
        CliRun run = await CliRun.InProcessAsync(
            "train", "--features", photos.PathOf(".out/*.parquet"), "-o", photos.PathOf("m.zip"), "--json");
        Assert.Equal((0, 5), (run.ExitCode, run.Json.GetProperty("trainImages").GetInt32()));

        async Task FeaturizeShareAsync(string shard, params string[] options) => Assert.Equal(0, (await CliRun.InProcessAsync(
            [
                "featurize",
                photos.Path,
                "-o",
                photos.PathOf(".out/{shard}.parquet"),
                "--weights",
                "embedded",
                "--shard",
                shard,
                .. options,
            ])).ExitCode);
    }

    [Fact]
    public async Task Train_OnFeaturesOfOtherPreprocessing_PutsItIntoTheModel()
    {
        using var photos = new SampleFolder(0);
        MobileNetV2Weights weights = Load(WeightsSource.Embedded)
            .WithPreprocessing(new ImagePreprocessing { Size = 96, CropFraction = 1 });
        TestFeatures.Write(photos.PathOf("a.parquet"), 20, origin: FeatureOrigin.Of(weights));

        CliRun run = await CliRun.InProcessAsync("train", "--features", photos.PathOf("a.parquet"), "-o", photos.PathOf("m.zip"), "--json");

        Assert.Equal((0, 16), (run.ExitCode, run.Json.GetProperty("trainImages").GetInt32()));
        Assert.Equal("4 of 20 images have no label and are left out.\n", run.Error);
        ITransformer model = new MLContext().LoadModel(photos.PathOf("m.zip"));
        using (model as IDisposable)
        {
            Assert.Equal(weights.Preprocessing, MobileNetV2FeaturizerInfo.Find(model)!.Preprocessing);
        }
    }

    [Fact]
    public async Task Train_OnFeaturesOfAWeightFile_WantsThatFile()
    {
        using var photos = new SampleFolder(0);
        MobileNetV2Weights weights = RandomWeights.Create(4, RandomWeights.Narrow(), new ImagePreprocessing { Size = 32 });
        weights.SaveSafetensors(photos.PathOf("own.safetensors"));
        TestFeatures.Write(
            photos.PathOf("a.parquet"), 20, origin: FeatureOrigin.Of(Load(WeightsSource.FromFile(photos.PathOf("own.safetensors")))));

        Assert.Contains(
            "which are not in the catalog. Name their file with --weights.",
            await FailAsync(1, photos, "a.parquet"),
            StringComparison.Ordinal);
        Assert.Contains(
            "they differ in weights", await FailAsync(1, photos, "a.parquet", "--weights", "embedded"), StringComparison.Ordinal);
        CliRun run = await CliRun.InProcessAsync(
            "train", "--features", photos.PathOf("a.parquet"), "-o", photos.PathOf("m.zip"), "--weights", photos.PathOf("own.safetensors"));
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Train_OnFeaturesOfOtherTensorsUnderAKnownName_Fails()
    {
        using var photos = new SampleFolder(0);
        FeatureOrigin origin = FeatureOrigin.Of(Load(WeightsSource.Embedded)).With(its => its.TensorsSha256, new string('0', 64));
        TestFeatures.Write(photos.PathOf("a.parquet"), 20, origin: origin);

        Assert.Contains(
            "The features were not made with the weights 'embedded'", await FailAsync(1, photos, "a.parquet"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OnFilesThatDoNotAgree_NamesTwo()
    {
        using var photos = new SampleFolder(0);
        TestFeatures.Write(photos.PathOf("a.parquet"), 5);
        TestFeatures.Write(
            photos.PathOf("b.parquet"), 5, origin: TestFeatures.Origin().With(its => its.Preprocessing, new ImagePreprocessing()));

        string error = await FailAsync(1, photos, "*.parquet");

        Assert.Contains(photos.PathOf("a.parquet"), error, StringComparison.Ordinal);
        Assert.Contains(photos.PathOf("b.parquet"), error, StringComparison.Ordinal);
        Assert.Contains("they differ in preprocessing", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OnTooFewLabels_Fails()
    {
        using var photos = new SampleFolder(0);
        FeatureOrigin origin = FeatureOrigin.Of(Load(WeightsSource.Embedded));
        TestFeatures.Write(photos.PathOf("a.parquet"), 1, origin: origin);
        TestFeatures.Write(photos.PathOf("b.parquet"), 2, origin: origin);
        TestFeatures.Write(photos.PathOf("c.parquet"), 3, origin: origin);

        Assert.Contains(
            "have no label; at least two classes are needed", await FailAsync(1, photos, "a.parquet"), StringComparison.Ordinal);
        Assert.Contains("have only the label 'class 1'", await FailAsync(1, photos, "b.parquet"), StringComparison.Ordinal);
        Assert.Contains(
            "every class has only one", await FailAsync(1, photos, "c.parquet", "--validation", "0.5"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OnFeaturesOfAnEmptyName_IsWrongUsage() => Assert.Contains(
        "--features is empty", (await CliRun.InProcessAsync("train", "-o", "m.zip", "--features", "")).AssertFailed(
            2), StringComparison.Ordinal);

    [Theory]
    [InlineData("train -o m.zip", "A folder of images or --features is needed.")]
    [InlineData("train . -o m.zip --features a.parquet", "A folder and --features are given; one of them is needed.")]
    [InlineData("train -o m.zip --features a.parquet --cache c", "--cache has no meaning with --features")]
    [InlineData("train -o m.zip --features a.parquet --cache-size 1GiB", "--cache-size can only be used with --cache.")]
    [InlineData("train . -o m.zip --cache c --cache-size 1", "--cache-size is '1'; a whole number with MiB or GiB is needed")]
    [InlineData("train -o m.zip --features a.parquet --validation .", "--validation is the folder '.'; with --features a fraction "
        + "is needed.")]
    [InlineData("train -o m.zip --features a.parquet --validation 2", "--validation is '2'")]
    [InlineData("train -o m.zip --features", "--features")]
    public async Task Train_WithOptionsThatDoNotGoTogether_IsWrongUsage(string arguments, string message) =>
        Assert.Contains(message, (await CliRun.InProcessAsync(arguments.Split(' '))).AssertFailed(2), StringComparison.Ordinal);

    [Fact]
    public async Task Train_OnNoFile_FailsNamingIt()
    {
        using var photos = new SampleFolder(0);

        Assert.Contains(
            $"The feature file '{photos.PathOf("gone*.parquet")}' cannot be used: no file has such a name.",
            await FailAsync(1, photos, "gone*.parquet"),
            StringComparison.Ordinal);
    }

    private static MobileNetV2Weights Load(WeightsSource source) =>
        new WeightsStore().Load(source, cancellationToken: TestContext.Current.CancellationToken).Weights;

    private static Task<CliRun> FeaturizeAsync(SampleFolder photos, params string[] options) =>
        CliRun.InProcessAsync(["featurize", photos.Path, "--output", photos.PathOf("out.parquet"), "--weights", "embedded", .. options]);

    private static async Task<string> FailAsync(int exitCode, SampleFolder photos, string files, params string[] options) =>
        (await CliRun.InProcessAsync(["train", "--features", photos.PathOf(files), "-o", photos.PathOf("m.zip"), .. options])).AssertFailed(
            exitCode);

    private static async Task<string> ScoresAsync(SampleFolder photos, string model) =>
        (await CliRun.InProcessAsync("predict", photos.PathOf(model), photos.PathOf("animal"), "--json")).Output;

    private static string Without(CliRun run, string field) =>
        string.Join(
            '\n',
            run.Json.EnumerateObject().Where(property => property.Name != field).Select(property => $"{property.Name}={property.Value}"));
}
