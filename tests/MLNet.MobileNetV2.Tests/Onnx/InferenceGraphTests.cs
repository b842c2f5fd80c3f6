using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Onnx;

public class InferenceGraphTests
{
    private const int Side = 64;

    [Theory]
    [InlineData(Side, PaddingFlavor.TensorFlowSame, ImageChannelOrder.Rgb)]
    [InlineData(Side, PaddingFlavor.PyTorchSymmetric, ImageChannelOrder.Rgb)]
    [InlineData(Side, PaddingFlavor.PyTorchSymmetric, ImageChannelOrder.Bgr)]
    [InlineData(50, PaddingFlavor.TensorFlowSame, ImageChannelOrder.Rgb)]
    [InlineData(50, PaddingFlavor.PyTorchSymmetric, ImageChannelOrder.Rgb)]
    [InlineData(1, PaddingFlavor.TensorFlowSame, ImageChannelOrder.Rgb)]
    public void Features_EqualThoseOfPlainLoops(int side, PaddingFlavor padding, ImageChannelOrder order)
    {
        var preprocessing = new ImagePreprocessing
        {
            Size = side,
            ChannelOrder = order,
            Mean = new ChannelValues(123.7f, 116.3f, 103.5f),
            Std = new ChannelValues(58.4f, 57.1f, 57.4f),
        };
        MobileNetV2Weights weights = RandomWeights.Create(7, preprocessing, padding);
        float[] pixels = Pixels(1, side);
        float[] features = new float[MobileNetV2Architecture.DefaultFeatureCount];
        using (var session = new NetworkSession(weights, InferenceGraphOutputs.Features, FeatureTap.Features, new(1)))
        {
            session.Run(pixels, features);
        }

        double[] expected = NaiveNetwork.Features(weights, pixels);

        Assert.True(expected.Max() > 0.1, "The network must not be silent.");
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], features[i], 1e-4);
        }
    }

    [Theory]
    [InlineData(65, 16, PaddingFlavor.TensorFlowSame)]
    [InlineData(65, 16, PaddingFlavor.PyTorchSymmetric)]
    [InlineData(65, 8, PaddingFlavor.TensorFlowSame)]
    [InlineData(64, 16, PaddingFlavor.TensorFlowSame)]
    [InlineData(64, 8, PaddingFlavor.PyTorchSymmetric)]
    [InlineData(33, 8, PaddingFlavor.PyTorchSymmetric)]
    [InlineData(1, 16, PaddingFlavor.TensorFlowSame)]
    public void Map_OfADilatedNetwork_EqualsThatOfPlainLoops(int side, int outputStride, PaddingFlavor padding) =>
        CompareMaps(new(0, widthMultiplier: 0.25, padding: padding, outputStride: outputStride), side);

    [Theory]
    [InlineData(PaddingFlavor.TensorFlowSame)]
    [InlineData(PaddingFlavor.PyTorchSymmetric)]
    public void Map_OfADilatedNetworkAtTheSizeOfSegmentation_EqualsThatOfPlainLoops(PaddingFlavor padding) => CompareMaps(
        new(0, widthMultiplier: 0.08, roundNearest: 1, padding: padding, outputStride: 16), side: 513);

    [Theory]
    [InlineData(2, 64)]
    [InlineData(14, 64)]
    [InlineData(14, 75)]
    [InlineData(17, 33)]
    public void Expansion_OfABlock_EqualsThatOfPlainLoops(int block, int side) =>
        CompareMaps(new(0, widthMultiplier: 0.25, padding: PaddingFlavor.TensorFlowSame), side, FeatureTap.ExpansionOf(block));

    [Theory]
    [InlineData("ReLU", "Relu")]
    [InlineData("ReLU6", "Clip")]
    [InlineData("None", "Conv")]
    public void Activation_IsThatOfTheLayer(string activation, string last)
    {
        MobileNetV2Weights weights = RandomWeights.Create(9, RandomWeights.Narrow(), new ImagePreprocessing { Size = 32 });
        var graph = new OnnxGraphBuilder("layer");
        ConvolutionLayer layer = weights.Architecture.Stem with { Activation = Enum.Parse<Activation>(activation) };

        string result = new ConvolutionWriter(graph, weights).Write(layer, graph.Input("x", 1, 3, 32, 32));

        NodeProto node = ModelProto.Parser.ParseFrom(graph.ToBytes()).Graph.Node[^1];
        Assert.Equal((last, result), (node.OpType, node.Output[0]));
    }

    [Fact]
    public void Maps_OfSeveralTaps_AreThoseOfEachInAnyOrder()
    {
        MobileNetV2Weights weights = RandomWeights.Create(
            9, new MobileNetV2Architecture(0, 0.25, padding: PaddingFlavor.TensorFlowSame), new ImagePreprocessing { Size = 75 });
        FeatureTap[] taps = [new(IsPooled: false), FeatureTap.ExpansionOf(14), new(0, IsPooled: false), new(17, IsPooled: false), new(0)];
        float[] pixels = Pixels(5, 75);

        var graph = new OnnxGraphBuilder("maps");
        string input = graph.Input("pixels", 1, 3, 75, 75);
        IReadOnlyList<string> maps = InferenceGraph.WriteMaps(
            graph, weights, InferenceGraph.Normalize(graph, input, weights.Preprocessing), taps);
        for (int i = 0; i < taps.Length; i++)
        {
            FeatureTap map = taps[i] with { IsPooled = false };
            graph.Output(
                graph.Node("Identity", $"map{i}", [maps[i]]), [1, .. map.ShapeOf(weights.Architecture, 75).Cast<object>()]);
        }

        using var session = new InferenceSession(graph.ToBytes());
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
            [NamedOnnxValue.CreateFromTensor("pixels", new DenseTensor<float>(pixels, [1, 3, 75, 75]))]);
        for (int i = 0; i < taps.Length; i++)
        {
            AssertClose(
                NaiveNetwork.Features(weights, pixels, taps[i] with { IsPooled = false }),
                [.. results.Single(result => result.Name == $"map{i}").AsEnumerable<float>()]);
        }
    }

    [Fact]
    public void Maps_OfAnExpansionAlone_EndThere()
    {
        MobileNetV2Weights weights = RandomWeights.Create(
            9, new MobileNetV2Architecture(0, 0.25), new ImagePreprocessing { Size = 64 });
        var graph = new OnnxGraphBuilder("maps");

        IReadOnlyList<string> maps = InferenceGraph.WriteMaps(graph, weights, graph.Input("x", 1, 3, 64, 64), FeatureTap.ExpansionOf(3));

        Assert.Equal(["features.3.conv.0.0.relu6"], maps);
        Assert.Equal("features.3.conv.0.0.relu6", ModelProto.Parser.ParseFrom(graph.ToBytes()).Graph.Node[^1].Output[0]);
    }

    [Fact]
    public void Maps_OfATapThatIsNotThere_AreRefused()
    {
        MobileNetV2Weights weights = RandomWeights.Create(
            9, new MobileNetV2Architecture(0, 0.25), new ImagePreprocessing { Size = 64 });

        Assert.Throws<ArgumentException>(() => InferenceGraph.WriteMaps(new("maps"), weights, "x", new FeatureTap(18)));
        Assert.Throws<ArgumentException>(() => InferenceGraph.WriteMaps(new("maps"), weights, "x", FeatureTap.ExpansionOf(1)));
    }

    private static void CompareMaps(MobileNetV2Architecture architecture, int side, FeatureTap? place = null)
    {
        MobileNetV2Weights weights = RandomWeights.Create(8, architecture, new ImagePreprocessing { Size = side });
        FeatureTap tap = place ?? new FeatureTap(architecture.Blocks.Count, IsPooled: false);
        float[] pixels = Pixels(4, side);
        float[] map = new float[tap.ShapeOf(architecture, side).Aggregate((a, b) => a * b)];
        using (var session = new NetworkSession(weights, InferenceGraphOutputs.Features, tap, new(1)))
        {
            session.Run(pixels, map);
        }

        AssertClose(NaiveNetwork.Features(weights, pixels, tap), map);
    }

    private static void AssertClose(double[] expected, float[] map)
    {
        Assert.Equal(expected.Length, map.Length);
        double scale = expected.Max(Math.Abs);
        Assert.True(scale > 0.1, "The network must not be silent.");
        Assert.InRange(expected.Zip(map, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-4 * scale);
    }

    [Fact]
    public void Padding_ChangesTheFeatures()
    {
        float[] pixels = Pixels(2);
        float[][] features = [.. new[] { PaddingFlavor.TensorFlowSame, PaddingFlavor.PyTorchSymmetric }.Select(padding =>
        {
            float[] result = new float[MobileNetV2Architecture.DefaultFeatureCount];
            using var session = new NetworkSession(
                RandomWeights.Create(
                    7, new ImagePreprocessing { Size = Side }, padding), InferenceGraphOutputs.Features, FeatureTap.Features, new(1));
            session.Run(pixels, result);
            return result;
        })];

        Assert.True(features[0].Zip(features[1], (a, b) => Math.Abs(a - b)).Max() > 0.01);
    }

    [Fact]
    public void Logits_AreTheClassifierOfTheFeatures()
    {
        MobileNetV2Weights weights = RandomWeights.Create(
            3, new ImagePreprocessing { Size = Side }, PaddingFlavor.TensorFlowSame, classCount: 5);
        float[] pixels = Pixels(3);
        float[] features = new float[MobileNetV2Architecture.DefaultFeatureCount];
        float[] logits = new float[5];
        using (var session = new NetworkSession(weights, InferenceGraphOutputs.Features, FeatureTap.Features, new(1)))
        {
            session.Run(pixels, features);
        }

        using (var session = new NetworkSession(weights, InferenceGraphOutputs.Logits, FeatureTap.Features, new(1)))
        {
            session.Run(pixels, logits);
        }

        ReadOnlyMemory<float> kernel = weights.Tensors["classifier.1.weight"].Values;
        ReadOnlyMemory<float> bias = weights.Tensors["classifier.1.bias"].Values;
        for (int c = 0; c < logits.Length; c++)
        {
            double expected = bias.Span[c];
            for (int f = 0; f < features.Length; f++)
            {
                expected += (double)kernel.Span[(c * features.Length) + f] * features[f];
            }

            Assert.Equal(expected, logits[c], 1e-4);
        }
    }

    [Fact]
    public void Logits_OfWeightsWithoutAClassifier_ThrowsNamingThem()
    {
        MobileNetV2Weights weights = RandomWeights.Create(3, new ImagePreprocessing { Size = Side }, PaddingFlavor.TensorFlowSame);

        WeightsFormatException error = Assert.Throws<WeightsFormatException>(
            () => new NetworkSession(weights, InferenceGraphOutputs.Logits, FeatureTap.Features, new(1)));

        Assert.Contains("random-3", error.Message, StringComparison.Ordinal);
    }

    private static float[] Pixels(int seed, int side = Side)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 3 * side * side).Select(_ => (float)random.Next(256))];
    }
}
