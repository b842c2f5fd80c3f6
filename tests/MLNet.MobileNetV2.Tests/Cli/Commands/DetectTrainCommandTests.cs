using System.Text.Json;
using MLNet.MobileNetV2.Tests.Detection.Training;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>detect train</c> and <c>detect evaluate</c> on a few small pictures.</summary>
public sealed class DetectTrainCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ShapesFolder _shapes = new(6);

    private string Photos => _shapes.Dataset.Path;

    public void Dispose()
    {
        _folder.Dispose();
        _shapes.Dispose();
    }

    [Theory]
    [InlineData("model.zip")]
    [InlineData("model.safetensors")]
    public async Task Train_ThenEvaluateAndDetect_UseTheModel(string name)
    {
        string model = _folder.File(name);

        CliRun trained = await TrainAsync(model, "--validation", "0.34", "--json");
        CliRun measured = await CliRun.InProcessAsync("detect", "evaluate", model, Photos, "--json");
        CliRun found = await CliRun.InProcessAsync(
            "detect", _shapes.Dataset.Images[0].ImagePath, "--weights", model, "--threshold", "0.0", "--top", "3", "--json");

        Assert.Equal(0, trained.ExitCode);
        Assert.Equal(
            ["classes", "trainImages", "trainBoxes", "fineTuned", "seconds", "validation"],
            trained.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal((4, 4, "0"), (
            trained.Json.GetProperty("trainImages").GetInt32(),
            trained.Json.GetProperty("trainBoxes").GetInt32(),
            trained.Json.GetProperty("fineTuned").GetString()));
        Assert.Equal(2, trained.Json.GetProperty("validation").GetProperty("images").GetInt32());
        Assert.Equal((0, 6), (measured.ExitCode, measured.Json.GetProperty("boxes").GetInt32()));
        Assert.InRange(measured.Json.GetProperty("meanAveragePrecision50").GetDouble(), 0, 1);
        Assert.Equal(["square", "disc"], Labels(measured.Json.GetProperty("classes")));
        Assert.All(Labels(found.Json.GetProperty("detections")), label => Assert.Contains(label, (string[])["square", "disc"]));
        Assert.Equal(3, found.Json.GetProperty("detections").GetArrayLength());
        Assert.Equal([name], _folder.Names());
    }

    [Fact]
    public async Task Train_WithTheSameSeed_WritesTheSameModel()
    {
        await TrainAsync(_folder.File("a.safetensors"));
        await TrainAsync(_folder.File("b.safetensors"));
        await TrainAsync(_folder.File("c.safetensors"), "--seed", "2");

        byte[] first = await File.ReadAllBytesAsync(_folder.File("a.safetensors"), TestContext.Current.CancellationToken);
        Assert.Equal(first, await File.ReadAllBytesAsync(_folder.File("b.safetensors"), TestContext.Current.CancellationToken));
        Assert.NotEqual(first, await File.ReadAllBytesAsync(_folder.File("c.safetensors"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Train_AsText_SaysWhatWasTrainedAndMeasured()
    {
        CliRun run = await TrainAsync(_folder.File("model.zip"), "--validation", Photos, "--checkpoint", _folder.File("checkpoint"));

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^6 images, 6 boxes of 2 classes, 0 blocks fine-tuned, [\d.]+ s -> ", run.Output);
        Assert.Matches(@"validation: 6 images, 6 boxes, mAP at 0.5 [\d.]+ %", run.Output);
        Assert.Contains("disc", run.Output, StringComparison.Ordinal);
        Assert.Contains("The class 'square' has 3 usable boxes; at least 10 are advised.", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.File("checkpoint")));
    }

    [Theory]
    [InlineData("--fine-tune x", "--fine-tune is 'x'; all, or a number of blocks from 0 to 17 is needed.")]
    [InlineData("--fine-tune 18", "--fine-tune is '18'; all, or a number of blocks from 0 to 17 is needed.")]
    [InlineData("--steps 0", "--steps is '0'; a whole number from 1 up is needed.")]
    [InlineData("--steps 1 --epochs 1", "--steps and --epochs are both given; one of them is allowed.")]
    [InlineData("--learning-rate 0", "--learning-rate is '0'; a number of more than 0 is needed.")]
    [InlineData("--vertical-flips 2", "--vertical-flips is '2'; a number of 0 to 1 is needed.")]
    [InlineData("--loss l2", "--loss is 'l2'; HardNegatives or Focal is needed.")]
    [InlineData("--resume", "--resume needs the folder of --checkpoint.")]
    [InlineData("--checkpoint c --resume --restart", "--resume and --restart are both given; one of them is allowed.")]
    [InlineData("--patience 2", "--patience needs photos to validate on: give --validation.")]
    [InlineData("--validation 2", "--validation is '2'; an existing data set, or a fraction between 0 and 1 (for example 0.2) is needed.")]
    public async Task Train_WithAnImpossibleOption_IsWrongUsage(string options, string message)
    {
        string[] arguments = ["detect", "train", Photos, "--output", _folder.File("model.zip"), .. options.Split(' ')];

        Assert.StartsWith(message, (await CliRun.InProcessAsync(arguments)).AssertFailed(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ToAnotherForm_IsRefusedBeforeAnyWork()
    {
        CliRun run = await CliRun.InProcessAsync("detect", "train", Photos, "--output", _folder.File("model.onnx"));

        Assert.Equal(
            $"The output '{_folder.File("model.onnx")}' must end with .zip, for a model of ML.NET, or with .safetensors.\n",
            run.AssertFailed(2));
    }

    [Fact]
    public async Task Train_OnNoDataSet_FailsNamingIt()
    {
        CliRun run = await CliRun.InProcessAsync("detect", "train", _folder.File("gone"), "--output", _folder.File("model.zip"));

        Assert.StartsWith($"The data set '{_folder.File("gone")}' cannot be read: ", run.AssertFailed(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WithACheckpointInTheFolder_IsRefusedNamingTheWaysOut()
    {
        string checkpoint = _folder.File("checkpoint");
        var options = new DetectorTrainingOptions
        {
            Blocks = FineTuneBlocks.HeadOnly, Steps = 1, BatchSize = 2, Checkpoint = new(checkpoint), Seed = 1,
        };
        MobileNetV2DetectorTrainer.Train(_shapes.Dataset, options, cancellationToken: TestContext.Current.CancellationToken);

        CliRun run = await TrainAsync(_folder.File("model.zip"), "--checkpoint", checkpoint);

        Assert.Contains("(--resume continues it, --restart starts over.)", run.AssertFailed(1), StringComparison.Ordinal);
        Assert.Equal(0, (await TrainAsync(_folder.File("model.zip"), "--checkpoint", checkpoint, "--restart")).ExitCode);
    }

    [Fact]
    public async Task Evaluate_OfCocosModelOnOtherClasses_FailsNamingThem()
    {
        CliRun run = await CliRun.InProcessAsync("detect", "evaluate", "coco", Photos, "--json");

        Assert.Contains(
            $"The data set '{Photos}' has no usable box of the model's classes: person, bicycle, car,",
            run.AssertFailed(1),
            StringComparison.Ordinal);
        Assert.Contains("left out: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_WithOutput_WritesCurvesAndPictures()
    {
        await TrainAsync(_folder.File("model.zip"));

        CliRun run = await CliRun.InProcessAsync(
            "detect", "evaluate", _folder.File("model.zip"), Photos, "--output", _folder.File("report"));

        Assert.Equal(0, run.ExitCode);
        Assert.Matches("^measured: 6 images, 6 boxes, ", run.Output);
        Assert.Equal(
            ["0-detected.jpg", "1-detected.jpg", "2-detected.jpg", "3-detected.jpg", "4-detected.jpg", "5-detected.jpg", "curves.svg"],
            Directory.GetFiles(_folder.File("report")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Detect_WithAModelThatIsNotThere_FailsNamingIt() => Assert.Equal(
        "The model 'gone.zip' does not exist.\n",
        (await CliRun.InProcessAsync("detect", "a.jpg", "--weights", "gone.zip")).AssertFailed(1));

    [Fact]
    public async Task Detect_WithUnknownWeights_IsWrongUsage() => Assert.StartsWith(
        "The weights 'voc' are not known; coco or the path of a model is allowed.",
        (await CliRun.InProcessAsync("detect", "a.jpg", "--weights", "voc")).AssertFailed(2),
        StringComparison.Ordinal);

    private static string?[] Labels(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetProperty("label").GetString())];

    private Task<CliRun> TrainAsync(string output, params string[] options) => CliRun.InProcessAsync(
        ["detect", "train", Photos, "--output", output, "--fine-tune", "0", "--steps", "2", "--batch-size", "2", .. options]);
}
