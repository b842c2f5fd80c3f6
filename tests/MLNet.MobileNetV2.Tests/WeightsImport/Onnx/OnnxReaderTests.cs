using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.WeightsImport.Onnx;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Onnx;

/// <summary>
/// Networks of other exporters: what they compute in ONNX Runtime, the weights that are read from them compute in this library.
/// </summary>
public sealed class OnnxReaderTests
{
    public static TheoryData<string> Variants => [.. s_variants.Keys];

    private static readonly Dictionary<string, Func<OnnxTestNetwork>> s_variants = new()
    {
        ["plain"] = () => new(),
        ["PyTorch's padding"] = () => new() { Padding = PaddingFlavor.PyTorchSymmetric },
        ["one channel"] = () => new() { Width = 0.03, RoundNearest = 1, Norm = "norm" },
        ["wide"] = () => new() { Width = 0.5, Side = 32 },
        ["opset 7"] = () => new()
        {
            Opset =
                7, Constants =
                    OnnxTestConstant.Inputs, Activation = "attributes", Pads = "node of attributes", Pool = "mean", Shape = "squeeze",
        },
        ["opset 9"] = () =>
            new() { Opset = 9, Activation = "attributes", Norm = "norm", Shape = "reshape", Classifier = "gemm of columns" },
        ["opset 18"] = () => new() { Opset = 18, Pads = "node of axes", Pool = "mean input" },
        ["no features without classifier"] = () => new() { Classes = 0 },
        ["numbers"] = () => new() { Constants = OnnxTestConstant.Numbers },
        ["nodes"] = () => new() { Constants = OnnxTestConstant.Nodes },
        ["nodes of numbers"] = () => new() { Constants = OnnxTestConstant.NodesOfNumbers, Shape = "squeeze" },
        ["identities"] = () => new() { Constants = OnnxTestConstant.Identities },
        ["inputs"] = () => new() { Constants = OnnxTestConstant.Inputs },
        ["doubles"] = () => new() { Constants = OnnxTestConstant.Doubles },
        ["double numbers"] = () => new() { Constants = OnnxTestConstant.DoubleNumbers },
        ["halves"] = () => new() { Constants = OnnxTestConstant.Halves },
        ["half numbers"] = () => new() { Constants = OnnxTestConstant.HalfNumbers },
        ["brain floats"] = () => new() { Constants = OnnxTestConstant.BrainFloats },
        ["transposed"] = () => new() { Constants = OnnxTestConstant.Transposed },
        ["no bias"] = () => new() { Norm = "none" },
        ["norm"] = () => new() { Norm = "norm" },
        ["norm and bias"] = () => new() { Norm = "norm and bias" },
        ["scale"] = () => new() { Norm = "scale" },
        ["subtract"] = () => new() { Norm = "subtract" },
        ["formula"] = () => new() { Norm = "formula" },
        ["add"] = () => new() { Norm = "add" },
        ["unsqueezed"] = () => new() { Norm = "unsqueezed" },
        ["mixed"] = () =>
            new() { Norm = "norm", NormOf = (layer, norm) => layer.Contains("conv.1", StringComparison.Ordinal) ? "bias" : norm },
        ["two epsilons"] = () =>
            new() { Norm = "norm", NormOf = (layer, norm) => layer == "features.3.conv.2" ? "norm of another epsilon" : norm },
        ["relu clip"] = () => new() { Activation = "relu clip" },
        ["one-sided"] = () => new() { Activation = "one-sided" },
        ["min max"] = () => new() { Activation = "min max" },
        ["max min"] = () => new() { Activation = "max min" },
        ["relu min"] = () => new() { Activation = "relu min" },
        ["min relu"] = () => new() { Activation = "min relu" },
        ["auto padding"] = () => new() { Pads = "auto" },
        ["padding node"] = () => new() { Pads = "node" },
        ["padding node of PyTorch"] = () => new() { Pads = "node", Padding = PaddingFlavor.PyTorchSymmetric },
        ["channels last"] = () => new() { Channels = "last" },
        ["channels last, scaled"] = () => new() { Norm = "channels last" },
        ["channels last in between"] = () => new() { Channels = "pairs", Pool = "last", Shape = "none" },
        ["mean"] = () => new() { Pool = "mean" },
        ["mean of negative axes"] = () => new() { Pool = "mean of negative axes", Shape = "none" },
        ["square"] = () => new() { Pool = "square" },
        ["lines"] = () => new() { Pool = "lines", Shape = "none" },
        ["lines kept"] = () => new() { Pool = "lines kept", Shape = "flatten" },
        ["reshape"] = () => new() { Shape = "reshape" },
        ["squeeze"] = () => new() { Shape = "squeeze" },
        ["transpose"] = () => new() { Shape = "transpose" },
        ["dynamic"] = () => new() { Shape = "dynamic" },
        ["gemm of columns"] = () => new() { Classifier = "gemm of columns" },
        ["matmul"] = () => new() { Classifier = "matmul" },
        ["matmul add"] = () => new() { Classifier = "matmul add" },
        ["add matmul"] = () => new() { Classifier = "add matmul" },
        ["conv"] = () => new() { Shape = "none", Classifier = "conv" },
        ["carriers"] = () => new() { HasCarriers = true },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Read_NetworkOfAnotherExporter_ComputesWhatItComputes(string variant)
    {
        OnnxTestNetwork network = s_variants[variant]();
        byte[] file = network.Build().Bytes();

        NetworkContent content = OnnxReader.Read(variant, file, new());

        Assert.True(OnnxReader.Recognizes(file));
        MobileNetV2Architecture expected = network.Weights.Architecture;
        Assert.Equal(expected.Convolutions(), content.Architecture.Convolutions());
        Assert.Equal(
            (network.Classes, network.Side, network.Padding),
            (content.Architecture.NumClasses, content.Architecture.Resolution, content.Architecture.Padding));
        OnnxComparison.AssertSame(network, file, content, DefaultPreprocessing.For(network.Padding) with { Size = network.Side });
    }

    [Theory]
    [InlineData("norm", true)]
    [InlineData("norm and bias", true)]
    [InlineData("mixed", false)]
    [InlineData("two epsilons", false)]
    [InlineData("formula", false)]
    [InlineData("bias", false)]
    public void Read_BatchNorm_StaysApartWhereEveryLayerHasItAlike(string variant, bool isApart)
    {
        OnnxTestNetwork network = variant == "bias" ? new() : s_variants[variant]();

        NetworkContent content = OnnxReader.Read("net", network.Build().Bytes(), new());

        Assert.Equal(isApart, content.Tensors.ContainsKey("features.0.1.running_mean"));
        Assert.Equal(isApart ? 1e-3f : MobileNetV2Weights.DefaultBatchNormEpsilon, content.BatchNormEpsilon);
    }

    [Fact]
    public void Read_PlainConstants_AreTheFilesOwnValues()
    {
        var network = new OnnxTestNetwork();

        NetworkContent content = OnnxReader.Read("net", network.Build().Bytes(), new());

        MobileNetV2Weights weights = network.Weights;
        Assert.Equal(weights.Tensors.Keys.Order(), content.Tensors.Keys.Order());
        Assert.All(weights.Tensors, pair => Assert.Equal(pair.Value.Values.ToArray(), content.Tensors[pair.Key].Values.ToArray()));
    }

    [Theory]
    [InlineData("center", 127.5f, 127.5f)]
    [InlineData("divide", 127.5f, 127.5f)]
    [InlineData("unit", 0.485f * 255, 0.229f * 255)]
    [InlineData("unit in the graph", 0.485f * 255, 0.229f * 255)]
    [InlineData("last", 10, 20)]
    public void Read_NormalizationInTheGraph_BecomesThePreprocessing(string form, float mean, float std)
    {
        var network = new OnnxTestNetwork
        {
            Channels = form == "last" ? "last" : "first",
            Normalize = (graph, x) => form switch
            {
                "center" => graph.Node("Div", [graph.Node("Sub", [x, graph.Scalar(127.5f)]), graph.Scalar(127.5f)]),
                "divide" => graph.Node("Add", [graph.Scalar(-1), graph.Node("Mul", [graph.Scalar(1 / 127.5f), x])]),
                "last" =>
                    graph.Node("Div", [graph.Node("Sub", [x, graph.Constant([10, 11, 12], 3)]), graph.Constant([20, 21, 22], 1, 1, 3)]),
                _ => ByImageNet(graph, form == "unit" ? x : graph.Node("Div", [x, graph.Scalar(255)])),
            },
        };
        byte[] file = network.Build().Bytes();

        NetworkContent content = OnnxReader.Read("net", file, new());

        Assert.Equal(mean, content.Preprocessing.Mean.Red, 1e-3f);
        Assert.Equal(std, content.Preprocessing.Std.Red, 1e-3f);
        if (form == "last")
        {
            Assert.Equal(new ImagePreprocessing { Size = 64, Mean = new(10, 11, 12), Std = new(20, 21, 22) }, content.Preprocessing);
        }

        ImagePreprocessing taken = new() { Size = 64, Mean = new(0, 0, 0), Std = form == "unit" ? new(255, 255, 255) : new(1, 1, 1) };
        OnnxComparison.AssertSame(network, file, content, taken);
    }

    [Theory]
    [InlineData(PaddingFlavor.TensorFlowSame)]
    [InlineData(PaddingFlavor.PyTorchSymmetric)]
    public void Read_OpenInputSize_IsTheDefault(PaddingFlavor padding)
    {
        OnnxTestGraph graph = new OnnxTestNetwork { Padding = padding }.Build();
        graph.Graph.Input[0] = OnnxTestGraph.Value(OnnxTestNetwork.Pixels, ["N", 3, "H", null]);
        NetworkContent named = OnnxReader.Read("net", graph.Bytes(), new());
        graph.Graph.Input[0] = OnnxTestGraph.Value(OnnxTestNetwork.Pixels, []);
        NetworkContent none = OnnxReader.Read("net", graph.Bytes(), new());

        Assert.All(
            [named, none],
            content => Assert.Equal(
                (224, 224, padding), (content.Preprocessing.Size, content.Architecture.Resolution, content.Architecture.Padding)));
    }

    [Theory]
    [InlineData(null, PaddingFlavor.PyTorchSymmetric)]
    [InlineData("TensorFlowSame", PaddingFlavor.TensorFlowSame)]
    public void Read_PaddingThatNothingInTheGraphTells_IsTheMetadatas(string? metadata, PaddingFlavor expected)
    {
        OnnxTestGraph graph = new OnnxTestNetwork { Side = 33, Padding = PaddingFlavor.PyTorchSymmetric }.Build();
        if (metadata is not null)
        {
            graph.Model.MetadataProps.Add(new StringStringEntryProto { Key = "padding", Value = metadata });
        }

        Assert.Equal(expected, OnnxReader.Read("net", graph.Bytes(), new()).Architecture.Padding);
    }

    [Fact]
    public void Read_BranchesBesideThePath_ArePassedOver()
    {
        OnnxTestGraph graph = new OnnxTestNetwork().Build();
        string[] convolutions = [.. graph.Graph.Node.Where(node => node.OpType == "Conv").Select(node => node.Output[0])];
        string[] activations = [.. graph.Graph.Node.Where(node => node.OpType == "Clip").Select(node => node.Output[0])];
        graph.Node("Softplus", [convolutions[20]]);
        graph.Node("If", [activations[5]]);
        graph.Node("Concat", [activations[^1], activations[^1]]);
        graph.Node("MaxPool", [activations[^1]]);
        graph.Node("Conv", [activations[^1], convolutions[3]]);

        Assert.Equal(5, OnnxReader.Read("net", graph.Bytes(), new()).Architecture.NumClasses);
    }

    [Fact]
    public void Read_TwoLayersAfterTheFeatures_EndsAtTheFeatures()
    {
        NetworkContent content = OnnxReader.Read("net", new OnnxTestNetwork { Classifier = "two" }.Build().Bytes(), new());

        Assert.Equal(0, content.Architecture.NumClasses);
        Assert.DoesNotContain("classifier.1.weight", content.Tensors.Keys);
    }

    [Theory]
    [InlineData("mean", "axes", 1)]
    [InlineData("mean", "axes")]
    [InlineData("lines kept", "axes", 1)]
    [InlineData("square", "kernel_shape", 2, 1)]
    [InlineData("square", "pads", 1, 1, 1, 1)]
    public void Read_AverageThatIsNotOverTheMap_EndsAtTheFeatures(string pool, string attribute, params int[] values)
    {
        OnnxTestGraph graph = new OnnxTestNetwork { Pool = pool }.Build();
        NodeProto average = graph.Graph.Node.First(node => node.OpType is "ReduceMean" or "AveragePool");
        AttributeProto[] others = [.. average.Attribute.Where(other => other.Name != attribute)];
        average.Attribute.Clear();
        average.Attribute.Add(others);
        average.Attribute.Add(OnnxTestGraph.List(attribute, [.. values.Select(value => (long)value)]));

        Assert.Equal(0, OnnxReader.Read("net", graph.Bytes(), new()).Architecture.NumClasses);
    }

    [Theory]
    [InlineData("transA")]
    [InlineData("alpha")]
    [InlineData("beta")]
    public void Read_ClassifierThatScales_EndsAtTheFeatures(string attribute)
    {
        OnnxTestGraph graph = new OnnxTestNetwork { Classifier = "gemm of columns" }.Build();
        graph.Graph.Node.Single(node => node.OpType == "Gemm").Attribute.Add(
            attribute == "transA" ? OnnxTestGraph.Int(attribute, 1) : OnnxTestGraph.Real(attribute, 2));

        Assert.Equal(0, OnnxReader.Read("net", graph.Bytes(), new()).Architecture.NumClasses);
    }

    private static string ByImageNet(OnnxTestGraph graph, string x) => graph.Node(
        "Div",
        [graph.Node("Sub", [x, graph.Constant([0.485f, 0.456f, 0.406f], 1, 3, 1, 1)]), graph.Constant([0.229f, 0.224f, 0.225f], 3, 1, 1)]);
}
