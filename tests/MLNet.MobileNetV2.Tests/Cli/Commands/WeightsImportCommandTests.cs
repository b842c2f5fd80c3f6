using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public sealed class WeightsImportCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.safetensors", null, BatchNormForm.Apart)]
    [InlineData("out.safetensors", "folded", BatchNormForm.Folded)]
    [InlineData("out.onnx", null, BatchNormForm.Folded)]
    [InlineData("out.ONNX", "apart", BatchNormForm.Apart)]
    public async Task Import_WritesTheFormThatTheExtensionAndTheOptionSay(string output, string? batchNorm, BatchNormForm expected)
    {
        MobileNetV2Weights weights = Narrow(BatchNormForm.Apart);
        weights.SaveSafetensors(_folder.File("in.safetensors"));
        string[] option = batchNorm is null ? [] : ["--batch-norm", batchNorm];

        CliRun run = await CliRun.InProcessAsync(
            ["weights", "import", _folder.File("in.safetensors"), "--output", _folder.File(output), .. option]);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(
            $"{_folder.File("in.safetensors")} -> {_folder.File(output)}: {weights.Architecture}, images of 32 x 32, batch norm "
                + $"{expected}\n", run.Output);
        MobileNetV2Weights read = Load(output);
        Assert.Equal((expected, 3), (read.BatchNorm, read.ClassCount));
        Assert.Equal(weights.Preprocessing, read.Preprocessing);
        if (expected == BatchNormForm.Apart)
        {
            Assert.All(weights.Tensors, pair => Assert.Equal(pair.Value.Values.ToArray(), read.Tensors[pair.Key].Values.ToArray()));
        }
    }

    [Fact]
    public async Task Import_OfTheEmbeddedWeights_WorksByName()
    {
        CliRun run = await CliRun.InProcessAsync("weights", "import", "embedded", "--output", _folder.File("embedded.onnx"));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("MobileNetV2 1 at 224 x 224, 1280 features, 1001 classes, padding TensorFlowSame, images of 224 x 224, batch "
            + "norm Folded", run.Output, StringComparison.Ordinal);
        Assert.Equal(PretrainedModels.Embedded.Preprocessing, Load("embedded.onnx").Preprocessing);
    }

    [Fact]
    public async Task Import_OfTensorFlowsPaddingToSafetensors_SaysThatTorchvisionPadsOtherwise()
    {
        CliRun run = await CliRun.InProcessAsync("weights", "import", "embedded", "--output", _folder.File("embedded.safetensors"));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("pad as TensorFlow does", run.Error, StringComparison.Ordinal);
        Assert.Equal(PaddingFlavor.TensorFlowSame, Load("embedded.safetensors").Padding);
    }

    [Fact]
    public async Task Import_WithPadding_TakesIt()
    {
        Narrow(BatchNormForm.Apart).SaveSafetensors(_folder.File("in.safetensors"));

        CliRun run = await CliRun.InProcessAsync(
            "weights", "import", _folder.File("in.safetensors"), "--padding", "tensorflowsame", "--output", _folder.File("out.onnx"));

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(PaddingFlavor.TensorFlowSame, Load("out.onnx").Padding);
    }

    [Fact]
    public async Task Import_OfABadFile_NamesItAndLeavesNothing()
    {
        string path = _folder.File("bad.onnx");
        await File.WriteAllTextAsync(path, "no weights", TestContext.Current.CancellationToken);

        CliRun run = await CliRun.InProcessAsync("weights", "import", path, "--output", _folder.File("out.onnx"));

        Assert.Contains(path, run.AssertFailed(1), StringComparison.Ordinal);
        Assert.Equal(["bad.onnx"], _folder.Names());
    }

    [Theory]
    [InlineData("--output is", "embedded", "--output", "weights.bin")]
    [InlineData("Option '--output' is required", "embedded")]
    [InlineData("'nothing' are not known", "nothing", "--output", "w.onnx")]
    [InlineData("--batch-norm is 'half'; Folded or Apart is needed", "embedded", "--output", "w.onnx", "--batch-norm", "half")]
    [InlineData("--batch-norm is '5'; Folded or Apart is needed", "embedded", "--output", "w.onnx", "--batch-norm", "5")]
    [InlineData("--padding is 'same'; TensorFlowSame or PyTorchSymmetric is needed", "embedded", "--output", "w.onnx", "--padding", "same")]
    [InlineData("The weights are empty", "", "--output", "w.onnx")]
    public async Task Import_UsedWrongly_SaysHow(string message, params string[] arguments) => Assert.Contains(
        message, (await CliRun.InProcessAsync(["weights", "import", .. arguments])).AssertFailed(2), StringComparison.Ordinal);

    [Fact]
    public async Task Train_OnWeightsOfAnotherWidth_Works()
    {
        Narrow(BatchNormForm.Apart).SaveSafetensors(_folder.File("narrow.safetensors"));
        using var photos = new SampleFolder(4, "animal", "food");

        CliRun run = await CliRun.InProcessAsync(
            "train", photos.Path, "--output", _folder.File("model.zip"), "--weights", _folder.File(
                "narrow.safetensors"), "--validation", "0.5");
        CliRun predicted = await CliRun.InProcessAsync("predict", _folder.File("model.zip"), photos.Path, "--json");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(0, predicted.ExitCode);
        Assert.Equal(8, predicted.JsonLines.Count);
    }

    private static MobileNetV2Weights Narrow(BatchNormForm form) =>
        RandomWeights.Create(6, RandomWeights.Narrow(3), new ImagePreprocessing { Size = 32, CropFraction = 0.9 }, form);

    private MobileNetV2Weights Load(string name) => new WeightsStore()
        .Load(
            WeightsSource.FromFile(
                _folder.File(name), new WeightsFileOptions { BatchNorm = null }), null, TestContext.Current.CancellationToken).Weights;
}
