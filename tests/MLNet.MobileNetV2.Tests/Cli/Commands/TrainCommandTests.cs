using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public sealed class TrainCommandTests
{
    /// <summary>The names in what <c>train --json</c> prints.</summary>
    internal static string[] Fields { get; } =
    [
        "classes", "trainImages", "validationImages", "validationAccuracy", "validation", "weights", "fineTunedBlocks", "fineTunedAll",
        "trialHeadAccuracy", "trialFineTunedAccuracy", "untriedReason", "flipsLeftOut", "seconds", "skipped",
    ];

    /// <summary>All that <c>evaluate --json</c> measured, <c>train --json</c> measured too.</summary>
    internal static void AssertSameMeasures(CliRun train, CliRun evaluate)
    {
        JsonElement validation = train.Json.GetProperty("validation");
        JsonProperty[] measured = [.. evaluate.Json.EnumerateObject().Where(property => property.Name is not ("skipped" or "unknown"))];
        Assert.Contains("accuracyInterval", measured.Select(property => property.Name));
        Assert.Equal(measured.Select(property => property.Name), validation.EnumerateObject().Select(property => property.Name));
        Assert.All(measured, property => AssertNear(property.Value, validation.GetProperty(property.Name)));
    }

    private static void AssertNear(JsonElement expected, JsonElement found)
    {
        Assert.Equal(expected.ValueKind, found.ValueKind);
        switch (expected.ValueKind)
        {
            case JsonValueKind.Number:
                Assert.Equal(expected.GetDouble(), found.GetDouble(), 1e-4);
                break;
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), found.GetArrayLength());
                Assert.All(expected.EnumerateArray().Zip(found.EnumerateArray()), pair => AssertNear(pair.First, pair.Second));
                break;
            case JsonValueKind.Object:
                Assert.All(expected.EnumerateObject(), property => AssertNear(property.Value, found.GetProperty(property.Name)));
                break;
            default:
                Assert.Equal(expected.GetRawText(), found.GetRawText());
                break;
        }
    }

    [Fact]
    public async Task Train_WithJson_PrintsOneObjectWithEveryField()
    {
        using var photos = new SampleFolder(3, "food", "animal");

        CliRun run = await TrainAsync(photos, "--json");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(Fields, run.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["animal", "food"], run.Json.GetProperty("classes").Deserialize<string[]>()!);
        Assert.Equal(6, run.Json.GetProperty("trainImages").GetInt32());
        Assert.Equal(0, run.Json.GetProperty("validationImages").GetInt32());
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("validationAccuracy").ValueKind);
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("validation").ValueKind);
        Assert.Equal(("embedded", 0), (run.Json.GetProperty("weights").GetString(), run.Json.GetProperty("fineTunedBlocks").GetInt32()));
        Assert.False(run.Json.GetProperty("fineTunedAll").GetBoolean());
        Assert.True(run.Json.GetProperty("seconds").GetDouble() > 0);
        Assert.Empty(run.Json.GetProperty("skipped").EnumerateArray());
    }

    [Fact]
    public async Task Train_WithoutJson_SaysWhatItMadeAndWhere()
    {
        using var photos = new SampleFolder(2, "animal", "food");

        CliRun run = await TrainAsync(photos);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        string model = Regex.Escape(photos.PathOf("model.zip"));
        Assert.Matches($@"^4 images of 2 classes, weights embedded, [0-9.]+ s -> {model}\n$", run.Output);
    }

    [Fact]
    public async Task Train_SavesAModelThatNeedsImagePathAloneAndNamesItsWeights()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        await TrainAsync(photos);
        var mlContext = new MLContext();

        ITransformer model = mlContext.LoadModel(photos.PathOf("model.zip"), out DataViewSchema schema);
        using (model as IDisposable)
        {
            Assert.Equal(["ImagePath"], schema.Select(column => column.Name));
            Assert.Superset(
                new HashSet<string> { "ImagePath", "Score", "PredictedLabel" },
                model.GetOutputSchema(schema).Select(column => column.Name).ToHashSet());
            Assert.Equal("embedded", MobileNetV2FeaturizerInfo.Find(model)?.WeightsName);
        }
    }

    [Fact]
    public async Task Train_WithAFraction_HoldsThatPartOutOfEveryClass()
    {
        using var photos = new SampleFolder(4, "animal", "food");

        CliRun run = await TrainAsync(photos, "--validation", "0.25", "--json");

        Assert.Equal(6, run.Json.GetProperty("trainImages").GetInt32());
        Assert.Equal(2, run.Json.GetProperty("validationImages").GetInt32());
        Assert.InRange(run.Json.GetProperty("validationAccuracy").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task Train_WithAFolderToValidateOn_MeasuresOnAllOfItAndPrintsTheConfusion()
    {
        using var photos = new SampleFolder(3, "animal", "food");
        using var others = new SampleFolder(0);
        others.AddClass("animal", "animal", 2, skip: 3);

        CliRun run = await TrainAsync(photos, "--validation", others.Path);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("6 images of 2 classes", run.Output, StringComparison.Ordinal);
        Assert.Matches("validation: 2 images, accuracy [0-9.]+ %, macro-F1 [0-9.]+, log-loss [0-9.]+\n", run.Output);
        Assert.Contains("truth \\ predicted", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ValidatedOnItsOwnPicturesByAnotherName_FailsSayingSo()
    {
        using var photos = new SampleFolder(3, "animal", "food");
        using var links = new SampleFolder(0);
        File.CreateSymbolicLink(links.PathOf("link"), photos.Path);

        foreach (string same in (string[])[$"{photos.Path}/animal/..", links.PathOf("link")])
        {
            string error = (await TrainAsync(photos, "--validation", same)).AssertFailed(1);

            Assert.Contains("which is trained on. Give a folder of other images, or hold out a fraction", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Train_ValidatedOnSomePicturesThatItIsTrainedOn_SaysHowMany()
    {
        using var photos = new SampleFolder(3, "animal", "food");
        using var others = new SampleFolder(0);
        others.AddClass("animal", "animal", 2, skip: 3);
        File.CreateSymbolicLink(others.PathOf("animal/again.webp"), Directory.GetFiles(photos.PathOf("animal"))[0]);

        CliRun run = await TrainAsync(photos, "--validation", others.Path);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("1 of the 3 images to validate on are trained on too", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WithPicturesBesideTheClassFolders_SaysThatTheyAreLeftOut()
    {
        using var photos = new SampleFolder(3, "animal", "food");
        photos.AddPhoto("loose.webp");

        CliRun run = await TrainAsync(photos);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("have no class and are left out: 1.", run.Error, StringComparison.Ordinal);
        Assert.Contains("6 images of 2 classes", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WithAFolderToValidateOn_GivesEveryMeasureOfEvaluate()
    {
        using var photos = new SampleFolder(3, "animal", "food", "vehicle");
        using var others = new SampleFolder(0);
        others.AddClass("animal", "animal", 3, skip: 3);
        others.AddClass("food", "face", 3);

        CliRun train = await TrainAsync(photos, "--validation", others.Path, "--json");
        CliRun evaluate = await CliRun.InProcessAsync("evaluate", photos.PathOf("model.zip"), others.Path, "--json");

        Assert.Equal(0, evaluate.ExitCode);
        AssertSameMeasures(train, evaluate);
    }

    [Fact]
    public async Task Train_WithTheSameSeed_HoldsOutTheSamePictures()
    {
        using var photos = new SampleFolder(10, "animal", "food");

        string first = await ModelScoresAsync(photos, "7");
        string again = await ModelScoresAsync(photos, "7");
        string other = await ModelScoresAsync(photos, "8");

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public async Task Train_WithAWeightFile_TrainsOnIt()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        string file = photos.PathOf("backbone.safetensors");
        File.WriteAllBytes(file, EmbeddedFile.Read(EmbeddedFile.Weights));

        CliRun run = await CliRun.InProcessAsync("train", photos.Path, "-o", photos.PathOf("model.zip"), "--weights", file, "--json");

        Assert.Equal((0, file), (run.ExitCode, run.Json.GetProperty("weights").GetString()));
    }

    [Fact]
    public async Task Train_WithFilesThatAreNoPicturesByName_SaysThatTheyAreLeftOut()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        File.WriteAllText(photos.PathOf("animal/one.heic"), "x");
        File.WriteAllText(photos.PathOf("animal/two.HEIC"), "x");
        File.WriteAllText(photos.PathOf("food/none"), "x");

        CliRun run = await CliRun.InProcessAsync(
            "train", photos.Path, "--output", photos.PathOf("m.zip"), "--weights", "embedded", "--json");

        Assert.Equal((0, 4), (run.ExitCode, run.Json.GetProperty("trainImages").GetInt32()));
        Assert.Contains("left out: 2 with *.heic, 1 with no extension.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WithBadPhotosAmongGoodOnes_SkipsAndListsThem()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        IReadOnlyList<string> bad = photos.AddBadPhotos("food");

        CliRun run = await TrainAsync(photos, "--json");

        Assert.Equal((0, 4), (run.ExitCode, run.Json.GetProperty("trainImages").GetInt32()));
        JsonElement[] skipped = [.. run.Json.GetProperty("skipped").EnumerateArray()];
        Assert.Equal(bad.Select(name => $"{photos.Path}/{name}"), skipped.Select(image => image.GetProperty("path").GetString()!));
        Assert.Contains("truncated", skipped[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("the file is empty", skipped[1].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("begins with the text 'no image'", skipped[2].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, run.Error.Split("skipped ").Length - 1);
    }

    [Fact]
    public async Task Train_WithABadPhotoToValidateOn_CountsTheOthersAlone()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        using var others = new SampleFolder(1, "animal");
        others.AddBadPhotos("animal");

        CliRun run = await TrainAsync(photos, "--validation", others.Path, "--json");

        Assert.Equal((0, 1), (run.ExitCode, run.Json.GetProperty("validationImages").GetInt32()));
        Assert.Equal(3, run.Json.GetProperty("skipped").GetArrayLength());
    }

    [Fact]
    public async Task Train_WithClassNamesThatLookLikeMarkup_PrintsThemAsTheyAre()
    {
        using var photos = new SampleFolder(0);
        photos.AddClass("[red]fish", "animal", 4);
        photos.AddClass("[bold", "food", 4);

        CliRun run = await TrainAsync(photos, "--validation", "0.5");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("│ [bold", run.Output, StringComparison.Ordinal);
        Assert.Contains("│ [red]fish", run.Output, StringComparison.Ordinal);
    }

    private static Task<CliRun> TrainAsync(SampleFolder photos, params string[] options) =>
        CliRun.InProcessAsync(["train", photos.Path, "--output", photos.PathOf("model.zip"), "--weights", "embedded", .. options]);

    private static async Task<string> ModelScoresAsync(SampleFolder photos, string seed)
    {
        CliRun train = await TrainAsync(photos, "--validation", "0.5", "--seed", seed);
        Assert.True(train.ExitCode == 0, train.Error);
        return (await CliRun.InProcessAsync("predict", photos.PathOf("model.zip"), photos.PathOf("animal"), "--json")).Output;
    }
}
