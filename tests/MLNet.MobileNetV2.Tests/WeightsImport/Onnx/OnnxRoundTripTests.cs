using System.IO.Compression;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.WeightsImport.Onnx;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Onnx;

/// <summary>This library's own graphs give back the weights that they were made of.</summary>
public sealed class OnnxRoundTripTests
{
    private static readonly string s_fixtures = Path.Combine(Repository.Root, "tests", "MLNet.MobileNetV2.Tests", "Fixtures");

    private static readonly ImagePreprocessing s_preprocessing = new()
    {
        Size = 96,
        CropFraction = 1 / 3d,
        ChannelOrder = ImageChannelOrder.Bgr,
        Mean = new(123.675f, 116.28f, 103.53f),
        Std = new(58.395f, 57.12f, 57.375f),
    };

    [Theory]
    [InlineData(BatchNormForm.Folded, PaddingFlavor.TensorFlowSame, "Features", false, "")]
    [InlineData(BatchNormForm.Folded, PaddingFlavor.PyTorchSymmetric, "Logits", false, "")]
    [InlineData(BatchNormForm.Apart, PaddingFlavor.TensorFlowSame, "Features, Logits", true, "first.")]
    public void Read_OwnGraph_GivesTheSameWeights(
        BatchNormForm form, PaddingFlavor padding, string outputNames, bool withMissingInput, string prefix)
    {
        InferenceGraphOutputs outputs = Enum.Parse<InferenceGraphOutputs>(outputNames);
        MobileNetV2Weights weights = Weights(padding, s_preprocessing).WithBatchNorm(form);
        byte[] file = InferenceGraph.Write(weights, outputs, null, withMissingInput, prefix);
        bool hasClassifier = outputs.HasFlag(InferenceGraphOutputs.Logits);

        NetworkContent content = OnnxReader.Read("own", file, new());

        MobileNetV2Architecture expected = weights.Architecture;
        MobileNetV2Architecture read = content.Architecture;
        Assert.Equal(
            (hasClassifier ? 3 : 0, expected.WidthMultiplier, expected.RoundNearest, expected.Dropout, 96, padding),
            (read.NumClasses, read.WidthMultiplier, read.RoundNearest, read.Dropout, read.Resolution, read.Padding));
        Assert.Equal(expected.Stages, read.Stages);
        Assert.Equal(s_preprocessing, content.Preprocessing);
        Assert.Equal(weights.BatchNormEpsilon, content.BatchNormEpsilon);
        Assert.Equal(
            weights.Tensors.Keys.Where(name => hasClassifier || !name.StartsWith("classifier", StringComparison.Ordinal)).Order(),
            content.Tensors.Keys.Order());
        Assert.All(content.Tensors, pair => Assert.Equal(weights.Tensors[pair.Key].Values.ToArray(), pair.Value.Values.ToArray()));
    }

    [Theory]
    [InlineData(PaddingFlavor.TensorFlowSame, 96)]
    [InlineData(PaddingFlavor.PyTorchSymmetric, 96)]
    [InlineData(PaddingFlavor.TensorFlowSame, 130)]
    [InlineData(PaddingFlavor.PyTorchSymmetric, 130)]
    public void Read_OwnGraphWithoutMetadata_TellsAllButTheCropAndTheOrder(PaddingFlavor padding, int size)
    {
        // The sides at stride 2 are 96, 48, 24, 12 and 6, or 130 and then odd ones, whose pads are those of both paddings.
        MobileNetV2Weights weights = Weights(padding, s_preprocessing with { Size = size, ChannelOrder = ImageChannelOrder.Rgb });
        ModelProto model = ModelProto.Parser.ParseFrom(InferenceGraph.Write(weights, InferenceGraphOutputs.Logits));
        model.MetadataProps.Clear();

        NetworkContent content = OnnxReader.Read("old", model.ToByteArray(), new());

        Assert.Equal(weights.Preprocessing with { CropFraction = 0.875 }, content.Preprocessing);
        Assert.Equal(weights.Architecture.Convolutions(), content.Architecture.Convolutions());
        Assert.Equal(padding, content.Architecture.Padding);
        Assert.All(content.Tensors, pair => Assert.Equal(weights.Tensors[pair.Key].Values.ToArray(), pair.Value.Values.ToArray()));
    }

    [Theory]
    [InlineData(16, 96, true)]
    [InlineData(16, 96, false)]
    [InlineData(8, 65, true)]
    [InlineData(8, 65, false)]
    public void Read_OwnDilatedGraph_HasItsOutputStride(int outputStride, int size, bool withMetadata)
    {
        MobileNetV2Weights weights = RandomWeights.Create(
            4, new MobileNetV2Architecture(3, 0.35, outputStride: outputStride), s_preprocessing with { Size = size });
        ModelProto model = ModelProto.Parser.ParseFrom(InferenceGraph.Write(weights, InferenceGraphOutputs.Logits));
        if (!withMetadata)
        {
            model.MetadataProps.Clear();
        }

        NetworkContent content = OnnxReader.Read("own", model.ToByteArray(), new());

        Assert.Equal(outputStride, content.Architecture.OutputStride);
        Assert.Equal(weights.Architecture.Convolutions(), content.Architecture.Convolutions());
        Assert.All(content.Tensors, pair => Assert.Equal(weights.Tensors[pair.Key].Values.ToArray(), pair.Value.Values.ToArray()));
    }

    [Fact]
    public void Read_DilatedGraphAsAnotherNetwork_SaysHowTheLayersDiffer()
    {
        byte[] file = InferenceGraph.Write(
            RandomWeights.Create(4, new MobileNetV2Architecture(3, 0.35, outputStride: 16), s_preprocessing), InferenceGraphOutputs.Logits);
        InvertedResidualSetting[] stages = [.. MobileNetV2Architecture.PaperStages];
        stages[5] = stages[5] with { Stride = 1 };

        Assert.Contains(
            "and its stride is 2; 'features.7.conv.1.0' of the given network has [96, 1, 3, 3] and 1.",
            Refusal(new(3, 0.35, outputStride: 8)),
            StringComparison.Ordinal);
        Assert.Contains(
            "its stride is 1, its dilation 2; 'features.15.conv.1.0' of the given network has [336, 1, 3, 3] and 1.",
            Refusal(new(3, 0.35, stages)),
            StringComparison.Ordinal);

        string Refusal(MobileNetV2Architecture architecture) => Assert.Throws<WeightsFormatException>(
            () => OnnxReader.Read("own", file, new() { Architecture = architecture })).Reason;
    }

    [Fact]
    public void Read_OwnGraphOfOddSides_HasThePaddingOfItsMetadata()
    {
        MobileNetV2Weights weights = Weights(PaddingFlavor.TensorFlowSame, new ImagePreprocessing { Size = 33 });

        NetworkContent content = OnnxReader.Read("own", InferenceGraph.Write(weights, InferenceGraphOutputs.Features), new());

        Assert.Equal(PaddingFlavor.TensorFlowSame, content.Architecture.Padding);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_OwnGraphThatEndsAtABlock_Throws(bool isPooled)
    {
        byte[] file = InferenceGraph.Write(
            Weights(PaddingFlavor.TensorFlowSame, s_preprocessing), InferenceGraphOutputs.Features, new FeatureTap(
                13, isPooled), withMissingInput: true);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => OnnxReader.Read("tap", file, new()));

        Assert.Contains(isPooled ? "(GlobalAveragePool)" : "13 inverted residuals are there", e.Reason, StringComparison.Ordinal);
    }

    public static TheoryData<string> ReleasedModels =>
        [.. Directory.GetFiles(s_fixtures, "model-*.zip").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(ReleasedModels))]
    public void Read_GraphInAModelOfAReleasedVersion_ComputesWhatItComputes(string name)
    {
        byte[] file = GraphOf(Path.Combine(s_fixtures, name));

        NetworkContent content = OnnxReader.Read(name, file, new());

        var weights = new MobileNetV2Weights(
            name, content.Architecture, content.Tensors, content.Preprocessing, null, content.BatchNormEpsilon);
        Assert.Equal(MobileNetV2Architecture.Default.Convolutions(), content.Architecture.Convolutions());
        Assert.Equal(
            PretrainedModels.Embedded.Preprocessing with { CropFraction = 0.875 },
            content.Preprocessing with { CropFraction = 0.875 });
        float[] pixels = [.. Enumerable.Range(0, 3 * 224 * 224).Select(i => (float)(((long)i * 7919) % 256))];
        using var session = new InferenceSession(file);
        string prefix = session.InputNames.Single(
            input => input.EndsWith(ModelTensors.Pixels, StringComparison.Ordinal))[..^ModelTensors.Pixels.Length];
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
        [
            NamedOnnxValue.CreateFromTensor(prefix + ModelTensors.Pixels, new DenseTensor<float>(pixels, [1, 3, 224, 224])),
            NamedOnnxValue.CreateFromTensor(prefix + ModelTensors.Missing, new DenseTensor<float>(new float[1], [1, 1])),
        ]);
        OnnxComparison.AssertClose(
            [.. results.Single().AsEnumerable<float>()],
            OnnxComparison.RunOwn(weights, InferenceGraphOutputs.Features, pixels, weights.FeatureCount));
    }

    [Fact]
    public void WeightsFile_Onnx_IsToldByItsContent()
    {
        using var folder = new TempFolder();
        string path = folder.File("weights.bin");
        MobileNetV2Weights weights = Weights(PaddingFlavor.TensorFlowSame, s_preprocessing).WithBatchNorm(BatchNormForm.Apart);
        File.WriteAllBytes(path, InferenceGraph.Write(weights, InferenceGraphOutputs.Logits));

        MobileNetV2Weights folded = WeightsFile.Read(path, new WeightsFileOptions());
        MobileNetV2Weights apart = WeightsFile.Read(
            path, new WeightsFileOptions { BatchNorm = null, Padding = PaddingFlavor.PyTorchSymmetric });

        Assert.Equal((BatchNormForm.Folded, BatchNormForm.Apart), (folded.BatchNorm, apart.BatchNorm));
        Assert.Equal((PaddingFlavor.TensorFlowSame, PaddingFlavor.PyTorchSymmetric), (folded.Padding, apart.Padding));
        Assert.Equal(s_preprocessing, folded.Preprocessing);
        Assert.Equal(3, folded.ClassCount);
    }

    // ML.NET writes the length of the graph before it.
    private static byte[] GraphOf(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        using Stream stream = zip.Entries.Single(entry => entry.Name == "OnnxModel").Open();
        using var graph = new MemoryStream();
        stream.CopyTo(graph);
        return graph.ToArray()[sizeof(int)..];
    }

    private static MobileNetV2Weights Weights(PaddingFlavor padding, ImagePreprocessing preprocessing) =>
        RandomWeights.Create(4, new MobileNetV2Architecture(3, 0.1, dropout: 0.4, padding: padding), preprocessing);
}
