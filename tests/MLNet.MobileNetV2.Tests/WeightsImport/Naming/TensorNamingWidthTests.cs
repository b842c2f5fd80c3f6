using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Naming;

public sealed class TensorNamingWidthTests : IDisposable
{
    private static readonly ForeignTable s_narrow = ForeignTable.OfWidth(0.35);

    // Stages 2 and 3 cannot be told apart without strides, and are not as long as the paper's.
    private static readonly ForeignTable s_alike = new(
        4, [(1, 4, 1), (2, 6, 2), (2, 6, 2), (3, 8, 4), (6, 10, 3), (6, 12, 3), (6, 14, 2)], 1280);

    private static readonly InvertedResidualSetting[] s_alikeStages =
        [new(1, 4, 1, 1), new(2, 6, 2, 2), new(2, 6, 2, 2), new(3, 8, 4, 1), new(6, 10, 3, 2), new(6, 12, 3, 1), new(6, 14, 2, 2)];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("torchvision", 0.35)]
    [InlineData("torchvision", 0.5)]
    [InlineData("torchvision", 1.4)]
    [InlineData("timm", 0.35)]
    [InlineData("timm", 0.5)]
    [InlineData("timm", 1.4)]
    [InlineData("huggingface", 0.35)]
    [InlineData("huggingface", 0.5)]
    [InlineData("huggingface", 1.4)]
    [InlineData("huggingface backbone", 0.35)]
    public void Read_AnotherProjectsFileOfAnyWidth_FindsThePapersTableWithItsStrides(string project, double width)
    {
        ForeignTable table = ForeignTable.OfWidth(width);
        ForeignFile file = ForeignFile.Of(Layers(project, table), "classifier", 3);

        MobileNetV2Weights weights = Read(file);

        Assert.Equal((width, 8, 3), (weights.Architecture.WidthMultiplier, weights.Architecture.RoundNearest, weights.ClassCount));
        Assert.Equal(table.Features, weights.FeatureCount);
        Assert.Equal(MobileNetV2Architecture.PaperStages, weights.Architecture.Stages);
        Assert.Equal(
            Layers(project, table).Select(layer => layer.Shape), weights.Architecture.Convolutions().Select(layer => layer.KernelShape));
    }

    [Theory]
    [InlineData("torchvision")]
    [InlineData("timm")]
    [InlineData("huggingface")]
    public void Read_AnotherTable_HasThePapersStridesByStage(string project)
    {
        MobileNetV2Weights weights = Read(ForeignFile.Of(Layers(project, ForeignTable.Custom), null, 0));

        Assert.Equal(17, weights.Architecture.Blocks.Count);
        Assert.Equal(ForeignTable.Custom.Stages.Select(stage => stage.N), weights.Architecture.Stages.Select(stage => stage.Repeats));
        Assert.Equal([1, 2, 2, 2, 1, 2, 1], weights.Architecture.Stages.Select(stage => stage.Stride));
        Assert.Equal(
            Layers(project, ForeignTable.Custom).Select(layer => layer.Shape), weights.Architecture.Convolutions().Select(
                layer => layer.KernelShape));
    }

    [Theory]
    [InlineData("torchvision")]
    [InlineData("timm")]
    [InlineData("huggingface")]
    public void Read_StagesThatCannotBeTold_AreRefusedUnlessTheNetworkIsGiven(string project)
    {
        ForeignFile file = ForeignFile.Of(Layers(project, s_alike), "classifier", 3);
        var network = new MobileNetV2Architecture(1000, 0.125, [.. s_alikeStages.Select(Widened)], roundNearest: 1);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => Read(file));
        MobileNetV2Weights weights = Read(file, new() { Architecture = network });

        Assert.Contains("its tensors do not determine the strides of its blocks", e.Reason, StringComparison.Ordinal);
        Assert.Equal(17, weights.Architecture.Blocks.Count);
        Assert.Equal([1, 2, 2, 1, 2, 1, 2], weights.Architecture.Stages.Select(stage => stage.Stride));
        Assert.Equal((3, PaddingFlavor.PyTorchSymmetric), (weights.ClassCount, weights.Padding));
    }

    [Fact]
    public void Read_WithMetadataOfThisLibrarys_TakesItsTable()
    {
        var network = new MobileNetV2Architecture(0, 0.125, [.. s_alikeStages.Select(Widened)], roundNearest: 1, dropout: 0.5);
        var metadata = new Dictionary<string, string> { ["padding"] = "TensorFlowSame" };
        ArchitectureMetadata.Write(metadata, network);

        MobileNetV2Weights weights = Read(ForeignFile.Of(ForeignLayer.Torchvision(s_alike), null, 0), null, metadata);

        Assert.Equal(network.Stages, weights.Architecture.Stages);
        Assert.Equal(
            (0.125, 1, 0.5, PaddingFlavor.TensorFlowSame),
            (weights.Architecture.WidthMultiplier, weights.Architecture.RoundNearest, weights.Architecture.Dropout, weights.Padding));
    }

    [Theory]
    [InlineData("torchvision", "'features.0.0.weight' has shape [16, 3, 3, 3]; MobileNetV2 needs [32, 3, 3, 3]")]
    [InlineData("timm", "'conv_stem.weight' has shape [16, 3, 3, 3]; MobileNetV2 needs [32, 3, 3, 3]")]
    public void Read_WithAnotherNetworkGiven_NamesTheFirstTensorThatDoesNotFit(string project, string message) => Assert.Contains(
        message,
        Assert.Throws<WeightsFormatException>(
            () =>
                Read(ForeignFile.Of(Layers(project, s_narrow), null, 0), new() { Architecture = MobileNetV2Architecture.Default })).Reason,
        StringComparison.Ordinal);

    [Fact]
    public void Read_WithANetworkOfOtherBlocksGiven_SaysHowManyConvolutions() => Assert.Contains(
        "it has 51 convolutions; the network has 52",
        Assert.Throws<WeightsFormatException>(() => Read(
            ForeignFile.Of(
                ForeignLayer.Timm(ForeignTable.Custom), null, 0), new() { Architecture = MobileNetV2Architecture.Default })).Reason,
        StringComparison.Ordinal);

    [Fact]
    public void Read_WithNetworkAndPaddingGiven_TakesThePadding() => Assert.Equal(
        PaddingFlavor.TensorFlowSame,
        Read(
            ForeignFile.Of(ForeignLayer.Timm(s_narrow), null, 0),
            new() { Architecture = new(widthMultiplier: 0.35), Padding = PaddingFlavor.TensorFlowSame }).Padding);

    [Theory]
    [InlineData("classifier.1")]
    [InlineData("classifier")]
    public void Read_TorchvisionsFileWithAClassifierOfEitherName_TakesIt(string classifier)
    {
        ForeignFile file = ForeignFile.Of(ForeignLayer.Torchvision(s_narrow), classifier, 3);

        MobileNetV2Weights weights = Read(file);

        Assert.Equal(3, weights.ClassCount);
        Assert.Equal(file.Values[classifier + ".weight"], weights.Tensors["classifier.1.weight"].Values.ToArray());
        Assert.Equal(file.Values[classifier + ".bias"], weights.Tensors["classifier.1.bias"].Values.ToArray());
    }

    [Fact]
    public void Read_FoldedFileUnderTimmsNames_NeedsThePadding()
    {
        ForeignFile file = ForeignFile.Folded(ForeignLayer.Timm(s_narrow));

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => Read(file));
        MobileNetV2Weights weights = Read(file, new() { Padding = PaddingFlavor.TensorFlowSame });

        Assert.Contains("does not name the 'padding' of stride-2 convolutions", e.Reason, StringComparison.Ordinal);
        Assert.Equal((BatchNormForm.Folded, PaddingFlavor.TensorFlowSame), (weights.BatchNorm, weights.Padding));
        Assert.Equal(file.Values["blocks.1.0.conv_pwl.bias"], weights.Tensors["features.2.conv.2.bias"].Values.ToArray());
    }

    [Theory]
    [InlineData(null, BatchNormForm.Apart)]
    [InlineData(BatchNormForm.Apart, BatchNormForm.Apart)]
    [InlineData(BatchNormForm.Folded, BatchNormForm.Folded)]
    public void Read_FileWithBatchNormApart_GivesTheFormThatIsWanted(BatchNormForm? wanted, BatchNormForm form)
    {
        ForeignFile file = ForeignFile.Of(ForeignLayer.HuggingFace("mobilenet_v2.", s_narrow), null, 0);

        MobileNetV2Weights weights = Read(file, new() { BatchNorm = wanted });

        Assert.Equal(form, weights.BatchNorm);
        if (form == BatchNormForm.Apart)
        {
            Assert.Equal(1e-3f, weights.BatchNormEpsilon);
            Assert.Equal(
                file.Values["mobilenet_v2.conv_stem.first_conv.normalization.running_var"],
                weights.Tensors["features.0.1.running_var"].Values.ToArray());
        }
    }

    [Theory]
    [InlineData(null, BatchNormForm.Folded)]
    [InlineData(BatchNormForm.Apart, BatchNormForm.Apart)]
    public void Read_FoldedFile_GivesTheFormThatIsWanted(BatchNormForm? wanted, BatchNormForm form) => Assert.Equal(
        form,
        Read(
            ForeignFile.Folded(
                ForeignLayer.Timm(s_narrow)), new() { BatchNorm = wanted, Padding = PaddingFlavor.TensorFlowSame }).BatchNorm);

    [Fact]
    public void Read_WithAnEpsilonGiven_FoldsWithIt()
    {
        ForeignFile file = ForeignFile.Of(ForeignLayer.Torchvision(s_narrow), null, 0);

        MobileNetV2Weights weights = Read(file, new() { BatchNormEpsilon = 0.5f });

        double scale = file.Values["features.0.1.weight"][0] / Math.Sqrt(file.Values["features.0.1.running_var"][0] + 0.5);
        Assert.Equal(
            file.Values["features.0.1.bias"][0] - (file.Values["features.0.1.running_mean"][0] * scale),
            weights.Tensors["features.0.0.bias"].Values.Span[0],
            1e-5);
        Assert.Equal(0.5f, Read(file, new() { BatchNormEpsilon = 0.5f, BatchNorm = null }).BatchNormEpsilon);
    }

    private static InvertedResidualSetting Widened(InvertedResidualSetting stage) => stage with { Channels = stage.Channels * 8 };

    private static IEnumerable<ForeignLayer> Layers(string project, ForeignTable table) => project switch
    {
        "torchvision" => ForeignLayer.Torchvision(table),
        "timm" => ForeignLayer.Timm(table),
        "huggingface" => ForeignLayer.HuggingFace("mobilenet_v2.", table),
        _ => ForeignLayer.HuggingFace("", table),
    };

    private MobileNetV2Weights Read(ForeignFile file, WeightsFileOptions? options = null, Dictionary<string, string>? metadata = null)
    {
        string path = _folder.File("model.safetensors");
        File.WriteAllBytes(path, file.Bytes(metadata));
        return WeightsFile.Read(path, options ?? new());
    }
}
