using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Segmentation.Maps;

/// <summary>
/// Writes a MobileNetV2 with DeepLabv3's reduced head as an ONNX graph from <c>pixels</c> (0..255, <c>[N, 3, size, size]</c>) to the
/// <c>logits</c> of each place, <c>[N, classes, side, side]</c>, and where wanted the <c>classes</c> of each pixel,
/// <c>[N, size, size]</c> in int64: the largest of the logits resized bilinearly with aligned corners, the first of equal ones.
/// </summary>
internal static class SegmentationGraph
{
    public const string Classes = "classes";

    /// <summary>The graph as the bytes of an ONNX file.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="keepsRanges">Whether results stay in the ranges of <see cref="SegmentationWeights.Ranges"/>.</param>
    /// <param name="withClasses">Whether the classes of each pixel are an output too.</param>
    /// <param name="prefix">What goes before the names of inputs and outputs.</param>
    public static byte[] Write(SegmentationWeights weights, bool keepsRanges, bool withClasses, string prefix = "")
    {
        int size = weights.Preprocessing.Size;
        int side = weights.MapSide;
        DeepLabV3Layers head = weights.Head;
        var graph = new OnnxGraphBuilder("MobileNetV2Segmentation");
        graph.Metadata("weights", weights.Name);
        foreach ((string key, string value) in WeightsMetadata.Write(weights.Preprocessing))
        {
            graph.Metadata(key, value);
        }

        string pixels = graph.Input(prefix + ModelTensors.Pixels, ModelTensors.BatchDimension, 3, size, size);
        string x = InferenceGraph.Normalize(graph, pixels, weights.Preprocessing);
        var convolutions = new ConvolutionWriter(graph, weights.Tensors, weights.Architecture.Padding, size);
        string map = InferenceGraph.WriteMaps(graph, convolutions, weights.Architecture, x, head.Tap)[0];

        // A map of one place is the same everywhere when it is resized.
        string pooled = convolutions.Write(head.Pooling, graph.Node("GlobalAveragePool", SegmentationWeights.Pool, [map]));
        string everywhere = graph.Node("Expand", "pooled", [pooled, graph.Constant("map.shape", [1L, 1L, side, side])]);
        string place = convolutions.Write(head.Pointwise, map);
        string joined = graph.Node("Concat", SegmentationWeights.Joined, [everywhere, place], OnnxGraphBuilder.Attribute("axis", 1));
        string logits = convolutions.Write(head.Logits, convolutions.Write(head.Projection, joined));
        if (keepsRanges)
        {
            foreach ((string result, (float least, float greatest)) in weights.Ranges)
            {
                graph.Clamp(result, least, greatest);
            }
        }

        graph.Node("Identity", prefix + ModelTensors.Logits, [logits]);
        graph.Output(prefix + ModelTensors.Logits, ModelTensors.BatchDimension, weights.ClassCount, side, side);
        if (withClasses)
        {
            WriteClasses(graph, logits, weights.ClassCount, size, prefix + Classes);
        }

        return graph.ToBytes();
    }

    private static void WriteClasses(OnnxGraphBuilder graph, string logits, int classes, int size, string result)
    {
        string of = graph.Node("Shape", "logits.shape", [logits]);
        string batch = graph.Node("Slice", "batch", [of, graph.Constant("first", [0L]), graph.Constant("second", [1L])]);
        string shape = graph.Node(
            "Concat", "image.shape", [batch, graph.Constant("image.planes", [classes, size, size])], OnnxGraphBuilder.Attribute("axis", 0));
        string resized = graph.Node(
            "Resize",
            "resized",
            [logits, string.Empty, string.Empty, shape],
            OnnxGraphBuilder.Attribute("mode", "linear"),
            OnnxGraphBuilder.Attribute("coordinate_transformation_mode", "align_corners"));
        graph.Node(
            "ArgMax", result, [resized], OnnxGraphBuilder.Attribute("axis", 1), OnnxGraphBuilder.Attribute("keepdims", 0));
        graph.Int64Output(result, ModelTensors.BatchDimension, size, size);
    }
}
