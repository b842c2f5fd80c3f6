using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>
/// Turns the network and its weights into an ONNX graph. The input <c>pixels</c> is RGB (or BGR, as the weights say) 0..255
/// in float32 <c>[N, 3, size, size]</c>; normalisation is part of the graph.
/// </summary>
internal static class InferenceGraph
{
    public const string PixelsName = "pixels";
    public const string FeaturesName = "features";
    public const string LogitsName = "logits";

    /// <summary>An input of <c>[N, 1]</c> that is added to every feature: 0, or NaN where the picture is missing.</summary>
    public const string MissingName = "missing";

    private const string BatchDimension = "N";

    /// <summary>Writes the graph as the bytes of an ONNX file.</summary>
    /// <param name="weights">The trained tensors, their preprocessing and padding.</param>
    /// <param name="outputs">What the graph computes.</param>
    /// <param name="withMissingInput">Whether the graph has the input <see cref="MissingName"/>.</param>
    /// <param name="prefix">Put before the names of inputs and outputs.</param>
    public static byte[] Write(
        MobileNetV2Weights weights, InferenceGraphOutputs outputs, bool withMissingInput = false, string prefix = "")
    {
        int size = weights.Preprocessing.Size;
        var graph = new OnnxGraphBuilder("MobileNetV2");
        graph.Metadata("weights", weights.Name);
        string pixels = graph.Input(prefix + PixelsName, BatchDimension, 3, size, size);
        string x = Normalize(graph, pixels, weights.Preprocessing);
        var convolutions = new ConvolutionWriter(graph, weights);
        x = convolutions.Write(MobileNetV2Architecture.Default.Stem, x);
        foreach (InvertedResidualBlock block in MobileNetV2Architecture.Default.Blocks)
        {
            x = WriteBlock(graph, convolutions, block, x);
        }

        x = convolutions.Write(MobileNetV2Architecture.Default.LastConvolution, x);
        x = graph.Node("GlobalAveragePool", "pool", [x]);
        bool isMissable = withMissingInput && outputs.HasFlag(InferenceGraphOutputs.Features);
        string features = graph.Node("Flatten", isMissable ? "flat" : prefix + FeaturesName, [x], OnnxGraphBuilder.Attribute("axis", 1));
        if (isMissable)
        {
            features = graph.Node("Add", prefix + FeaturesName, [features, graph.Input(prefix + MissingName, BatchDimension, 1)]);
        }

        if (outputs.HasFlag(InferenceGraphOutputs.Features))
        {
            graph.Output(features, BatchDimension, MobileNetV2Architecture.DefaultFeatureCount);
        }

        if (outputs.HasFlag(InferenceGraphOutputs.Logits))
        {
            WriteClassifier(graph, weights, features, prefix + LogitsName);
        }

        return graph.ToBytes();
    }

    private static string Normalize(OnnxGraphBuilder graph, string pixels, ImagePreprocessing preprocessing)
    {
        string mean = graph.Constant("mean", InOrder(preprocessing.Mean, preprocessing.ChannelOrder), 1, 3, 1, 1);
        string std = graph.Constant("std", InOrder(preprocessing.Std, preprocessing.ChannelOrder), 1, 3, 1, 1);
        string centred = graph.Node("Sub", "centred", [pixels, mean]);
        return graph.Node("Div", "normalized", [centred, std]);
    }

    private static float[] InOrder(ChannelValues values, ImageChannelOrder order) => order == ImageChannelOrder.Rgb
        ? [values.Red, values.Green, values.Blue]
        : [values.Blue, values.Green, values.Red];

    private static string WriteBlock(OnnxGraphBuilder graph, ConvolutionWriter convolutions, InvertedResidualBlock block, string input)
    {
        string x = input;
        foreach (ConvolutionLayer layer in block.Convolutions())
        {
            x = convolutions.Write(layer, x);
        }

        return block.HasShortcut ? graph.Node("Add", $"{block.Name}.add", [input, x]) : x;
    }

    private static void WriteClassifier(OnnxGraphBuilder graph, MobileNetV2Weights weights, string features, string logits)
    {
        int classes = weights.ClassCount
            ?? throw new WeightsFormatException(weights.Name, "they end at the features, so there are no logits; choose weights with a classifier.");
        const string name = MobileNetV2Architecture.ClassifierName;
        string kernel = graph.Constant(
            $"{name}.weight", weights.Tensors[$"{name}.weight"].Values.Span, classes, MobileNetV2Architecture.DefaultFeatureCount);
        string bias = graph.Constant($"{name}.bias", weights.Tensors[$"{name}.bias"].Values.Span, classes);
        graph.Node("Gemm", logits, [features, kernel, bias], OnnxGraphBuilder.Attribute("transB", 1));
        graph.Output(logits, BatchDimension, classes);
    }
}
