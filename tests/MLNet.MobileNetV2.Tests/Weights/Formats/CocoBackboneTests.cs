using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.Weights.Formats;

namespace MLNet.MobileNetV2.Tests.Weights.Formats;

public sealed class CocoBackboneTests
{
    private const string Prefix = "FeatureExtractor/MobilenetV2/";

    [Fact]
    public void Convert_EveryLayer_FoldsTheScaleAndReordersTheKernel()
    {
        Dictionary<string, WeightTensor> graph = Graph();

        IReadOnlyDictionary<string, WeightTensor> tensors = CocoBackbone.Convert("model.json", graph);

        Assert.Equal(104, tensors.Count);
        ReadOnlySpan<float> stem = graph[Prefix + "Conv/Conv2D/merged_input"].Values.Span;
        ReadOnlySpan<float> depthwise = graph[Prefix + "expanded_conv_3/depthwise/depthwise_weights"].Values.Span;
        ReadOnlySpan<float> scale = graph[Prefix + "expanded_conv_3/depthwise/BatchNorm/batchnorm/mul"].Values.Span;
        ReadOnlySpan<float> project = graph[Prefix + "expanded_conv/project/Conv2D/merged_input"].Values.Span;
        for (int p = 0; p < 9; p++)
        {
            Assert.Equal(stem[(((p * 3) + 2) * 32) + 31], tensors["features.0.0.weight"].Values.Span[(((31 * 3) + 2) * 9) + p]);
            Assert.Equal(depthwise[(p * 144) + 100] * scale[100], tensors["features.4.conv.1.0.weight"].Values.Span[(100 * 9) + p]);
        }

        Assert.Equal(project[(31 * 16) + 5], tensors["features.1.conv.1.weight"].Values.Span[(5 * 32) + 31]);
        Assert.Same(graph[Prefix + "Conv_1/BatchNorm/batchnorm/sub"], tensors["features.18.0.bias"]);
    }

    [Theory]
    [InlineData("expanded_conv_16/expand/Conv2D/merged_input", "[1, 1, 160, 960]")]
    [InlineData("expanded_conv/depthwise/BatchNorm/batchnorm/mul", "[32]")]
    [InlineData("Conv_1/BatchNorm/batchnorm/sub", "[1280]")]
    public void Convert_MissingTensor_NamesItAndItsShape(string name, string shape)
    {
        Dictionary<string, WeightTensor> graph = Graph();
        graph.Remove(Prefix + name);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => CocoBackbone.Convert("model.json", graph));

        Assert.Contains($"'{Prefix}{name}' of shape {shape} is missing", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Convert_TensorOfAnotherShape_NamesTheShapeThatIsNeeded()
    {
        Dictionary<string, WeightTensor> graph = Graph();
        graph[Prefix + "Conv/Conv2D/merged_input"] = new([3, 3, 32, 3], new float[864]);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => CocoBackbone.Convert("model.json", graph));

        Assert.Contains("of shape [3, 3, 3, 32]", e.Reason, StringComparison.Ordinal);
    }

    private static Dictionary<string, WeightTensor> Graph()
    {
        var random = new Random(3);
        var graph = new Dictionary<string, WeightTensor>();
        Add("Conv", MobileNetV2Architecture.Default.Stem);
        for (int i = 0; i < MobileNetV2Architecture.Default.Blocks.Count; i++)
        {
            InvertedResidualBlock block = MobileNetV2Architecture.Default.Blocks[i];
            string scope = i == 0 ? "expanded_conv" : $"expanded_conv_{i}";
            if (block.Expansion is not null)
            {
                Add($"{scope}/expand", block.Expansion);
            }

            Add($"{scope}/depthwise", block.Depthwise);
            Add($"{scope}/project", block.Projection);
        }

        Add("Conv_1", MobileNetV2Architecture.Default.LastConvolution);
        return graph;

        void Add(string scope, ConvolutionLayer layer)
        {
            int side = layer.KernelSize;
            graph.Add($"{Prefix}{scope}/BatchNorm/batchnorm/sub", Tensor(layer.OutputChannels));
            if (layer.IsDepthwise)
            {
                graph.Add($"{Prefix}{scope}/depthwise_weights", Tensor(side, side, layer.OutputChannels, 1));
                graph.Add($"{Prefix}{scope}/BatchNorm/batchnorm/mul", Tensor(layer.OutputChannels));
            }
            else
            {
                graph.Add($"{Prefix}{scope}/Conv2D/merged_input", Tensor(side, side, layer.InputChannels, layer.OutputChannels));
            }
        }

        WeightTensor Tensor(params int[] shape)
        {
            float[] values = new float[shape.Aggregate((left, right) => left * right)];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = random.NextSingle();
            }

            return new(shape, values);
        }
    }
}
