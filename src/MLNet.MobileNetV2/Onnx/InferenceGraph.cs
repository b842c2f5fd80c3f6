using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>
/// Turns the network and its weights into an ONNX graph. The input <c>pixels</c> is RGB (or BGR, as the weights say) 0..255
/// in float32 <c>[N, 3, size, size]</c>; normalisation is part of the graph.
/// </summary>
internal static class InferenceGraph
{
    /// <summary>
    /// Writes the graph as the bytes of an ONNX file. The tap is where features are taken, null for those of the classifier; logits need
    /// null. The prefix goes before the names of inputs and outputs.
    /// </summary>
    public static byte[] Write(
        MobileNetV2Weights weights,
        InferenceGraphOutputs outputs,
        FeatureTap? tap = null,
        bool withMissingInput = false,
        string prefix = "")
    {
        int size = weights.Preprocessing.Size;
        var graph = new OnnxGraphBuilder("MobileNetV2");
        graph.Metadata("weights", weights.Name);
        foreach ((string key, string value) in WeightsMetadata.Write(weights))
        {
            graph.Metadata(key, value);
        }

        string pixels = graph.Input(prefix + ModelTensors.Pixels, ModelTensors.BatchDimension, 3, size, size);
        FeatureTap features = tap ?? FeatureTap.Features;
        bool isMissable = withMissingInput && outputs.HasFlag(InferenceGraphOutputs.Features);
        string name = prefix + ModelTensors.Features;
        string x = WriteMaps(graph, weights, Normalize(graph, pixels, weights.Preprocessing), features)[0];
        x = Pool(graph, features, x, isMissable ? "flat" : name);
        if (isMissable)
        {
            string missing = graph.Input(prefix + ModelTensors.Missing, ModelTensors.BatchDimension, 1);
            x = graph.Node("Add", name, [x, features.IsPooled ? missing : Unsqueeze(graph, missing)]);
        }

        if (outputs.HasFlag(InferenceGraphOutputs.Features))
        {
            graph.Output(x, [ModelTensors.BatchDimension, .. features.ShapeOf(weights.Architecture, size).Cast<object>()]);
        }

        if (outputs.HasFlag(InferenceGraphOutputs.Logits))
        {
            WriteClassifier(graph, weights, x, prefix + ModelTensors.Logits);
        }

        return graph.ToBytes();
    }

    /// <summary>
    /// Writes the end of the network, from <see cref="ModelTensors.Map"/> to the logits or, without a classifier, the features. It begins
    /// with a block, by the number of blocks before it, or with the features where that is null.
    /// </summary>
    public static byte[] WriteEnd(MobileNetV2Weights weights, int? firstBlock, IReadOnlyList<int> inputShape)
    {
        var graph = new OnnxGraphBuilder("MobileNetV2End");
        string x = graph.Input(ModelTensors.Map, [ModelTensors.BatchDimension, .. inputShape.Cast<object>()]);
        if (firstBlock is { } first)
        {
            var convolutions = new ConvolutionWriter(graph, weights, inputShape[^1]);
            foreach (InvertedResidualBlock block in weights.Architecture.Blocks.Skip(first))
            {
                x = WriteBlock(graph, convolutions, block, x);
            }

            x = Pool(graph, FeatureTap.Features, convolutions.Write(weights.Architecture.LastConvolution, x), ModelTensors.Features);
        }

        if (weights.ClassCount is null)
        {
            graph.Output(x, ModelTensors.BatchDimension, weights.FeatureCount);
        }
        else
        {
            WriteClassifier(graph, weights, x, ModelTensors.Logits);
        }

        return graph.ToBytes();
    }

    /// <summary>
    /// Writes the network with the map behind each unit, stem, blocks and last convolution, as an output
    /// (<see cref="ModelTensors.MapOf"/>), the features, and the logits where there is a classifier.
    /// </summary>
    public static byte[] WriteUnits(MobileNetV2Weights weights, IEnumerable<int> units)
    {
        int side = weights.Preprocessing.Size;
        var graph = new OnnxGraphBuilder("MobileNetV2Units");
        string pixels = graph.Input(ModelTensors.Pixels, ModelTensors.BatchDimension, 3, side, side);
        MobileNetV2Architecture architecture = weights.Architecture;
        int[] taken = [.. units.Distinct()];
        FeatureTap[] taps =
        [
            .. taken.Select(unit => new FeatureTap(unit > architecture.Blocks.Count ? null : unit, IsPooled: false)),
            new(IsPooled: false),
        ];
        IReadOnlyList<string> maps = WriteMaps(graph, weights, Normalize(graph, pixels, weights.Preprocessing), taps);
        foreach ((int index, int unit) in taken.Index())
        {
            string output = graph.Node("Identity", ModelTensors.MapOf(unit), [maps[index]]);
            graph.Output(output, [ModelTensors.BatchDimension, .. taps[index].ShapeOf(architecture, side).Cast<object>()]);
        }

        string x = Pool(graph, FeatureTap.Features, maps[^1], ModelTensors.Features);
        graph.Output(x, ModelTensors.BatchDimension, weights.FeatureCount);
        if (weights.ClassCount is not null)
        {
            WriteClassifier(graph, weights, x, ModelTensors.Logits);
        }

        return graph.ToBytes();
    }

    /// <summary>
    /// Writes the network from normalised pixels (<see cref="Normalize"/>) to the last of some taps, and gives the names of their maps in
    /// the order of the taps. Their pooling is not looked at.
    /// </summary>
    /// <exception cref="ArgumentException">The network has no such block, or the block no expansion.</exception>
    public static IReadOnlyList<string> WriteMaps(
        OnnxGraphBuilder graph, MobileNetV2Weights weights, string x, params IReadOnlyList<FeatureTap> taps) =>
        WriteMaps(graph, new ConvolutionWriter(graph, weights), weights.Architecture, x, taps);

    /// <summary>
    /// The same with the tensors of a writer that begins at the image, of which those behind the last tap are not needed.
    /// </summary>
    /// <exception cref="ArgumentException">The network has no such block, or the block no expansion.</exception>
    public static IReadOnlyList<string> WriteMaps(
        OnnxGraphBuilder graph,
        ConvolutionWriter convolutions,
        MobileNetV2Architecture architecture,
        string x,
        params IReadOnlyList<FeatureTap> taps)
    {
        foreach (FeatureTap tap in taps)
        {
            tap.Check(architecture);
        }

        string?[] maps = new string?[taps.Count];
        x = convolutions.Write(architecture.Stem, x);
        Take(new(0), x);
        foreach ((int index, InvertedResidualBlock block) in architecture.Blocks.Index())
        {
            string input = x;
            foreach (ConvolutionLayer layer in block.Convolutions())
            {
                if (Array.TrueForAll(maps, map => map is not null))
                {
                    return maps!;
                }

                x = convolutions.Write(layer, x);
                if (layer == block.Expansion)
                {
                    Take(FeatureTap.ExpansionOf(index + 1), x);
                }
            }

            x = AddShortcut(graph, block, input, x);
            Take(new(index + 1), x);
        }

        if (!Array.TrueForAll(maps, map => map is not null))
        {
            Take(new(), convolutions.Write(architecture.LastConvolution, x));
        }

        return maps!;

        void Take(FeatureTap place, string map)
        {
            for (int i = 0; i < maps.Length; i++)
            {
                maps[i] = taps[i] with { IsPooled = place.IsPooled } == place ? map : maps[i];
            }
        }
    }

    /// <summary>Writes what the preprocessing leaves to the graph: subtracts the mean of the pixels and divides by the deviation.</summary>
    public static string Normalize(OnnxGraphBuilder graph, string pixels, ImagePreprocessing preprocessing)
    {
        string mean = graph.Constant("mean", InOrder(preprocessing.Mean, preprocessing.ChannelOrder), 1, 3, 1, 1);
        string std = graph.Constant("std", InOrder(preprocessing.Std, preprocessing.ChannelOrder), 1, 3, 1, 1);
        string centred = graph.Node("Sub", "centred", [pixels, mean]);
        return graph.Node("Div", "normalized", [centred, std]);
    }

    /// <summary>Values of the colours in the order of an image's planes.</summary>
    public static float[] InOrder(ChannelValues values, ImageChannelOrder order) => order == ImageChannelOrder.Rgb
        ? [values.Red, values.Green, values.Blue]
        : [values.Blue, values.Green, values.Red];

    private static string Pool(OnnxGraphBuilder graph, FeatureTap tap, string x, string result) => tap.IsPooled
        ? graph.Node("Flatten", result, [graph.Node("GlobalAveragePool", "pool", [x])], OnnxGraphBuilder.Attribute("axis", 1))
        : graph.Node("Identity", result, [x]);

    private static string Unsqueeze(OnnxGraphBuilder graph, string missing) =>
        graph.Node("Unsqueeze", "missing.unsqueezed", [missing, graph.Constant("axes", [2L, 3L])]);

    private static string WriteBlock(OnnxGraphBuilder graph, ConvolutionWriter convolutions, InvertedResidualBlock block, string input)
    {
        string x = input;
        foreach (ConvolutionLayer layer in block.Convolutions())
        {
            x = convolutions.Write(layer, x);
        }

        return AddShortcut(graph, block, input, x);
    }

    private static string AddShortcut(OnnxGraphBuilder graph, InvertedResidualBlock block, string input, string x) =>
        block.HasShortcut ? graph.Node("Add", block.SumName, [input, x]) : x;

    private static void WriteClassifier(OnnxGraphBuilder graph, MobileNetV2Weights weights, string features, string logits)
    {
        int classes = weights.ClassCount ?? throw new WeightsFormatException(
            weights.Name, "they end at the features, so there are no logits; choose weights with a classifier.");
        string kernel = graph.Constant(
            LayerTensors.ClassifierKernel, weights.Tensors[LayerTensors.ClassifierKernel].Values.Span, classes, weights.FeatureCount);
        string bias = graph.Constant(LayerTensors.ClassifierBias, weights.Tensors[LayerTensors.ClassifierBias].Values.Span, classes);
        graph.Node("Gemm", logits, [features, kernel, bias], OnnxGraphBuilder.Attribute("transB", 1));
        graph.Output(logits, ModelTensors.BatchDimension, classes);
    }
}

/// <summary>What an inference graph computes.</summary>
[Flags]
internal enum InferenceGraphOutputs
{
    /// <summary>The features: <c>[N, 1280]</c>, or as the tap says.</summary>
    Features = 1,

    /// <summary>The logits of the weights' own classifier: <c>[N, classes]</c>.</summary>
    Logits = 2,
}
