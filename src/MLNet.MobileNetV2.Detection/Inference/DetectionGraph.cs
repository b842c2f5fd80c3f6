using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Detection.Boxes;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Detection.Inference;

/// <summary>
/// Writes a MobileNetV2 with SSDLite as an ONNX graph from <c>pixels</c> (0..255, <c>[N, 3, size, size]</c>) to <c>detections</c>,
/// a row each: the number of the image, top, left, bottom and right in fractions of the image, the score, and the number of the class.
/// </summary>
/// <remarks>
/// <para>
/// What the rows are chosen from are outputs too: <c>boxes</c>, <c>[N, rows, 4]</c>, and <c>scores</c>, <c>[N, rows, classes]</c>, without
/// the background.
/// </para>
/// <para>
/// Each row stands for its best class alone, of equal ones the first, and boxes suppress others whatever their class, as
/// <see cref="NonMaximumSuppression.AcrossClasses"/>: the operator drops an overlap above its threshold, not at it, so it gets the next
/// smaller number. An image's rows come best first. Inputs that may be left out: <c>score_threshold</c>, <c>overlap_threshold</c>, above
/// which boxes are dropped, and <c>top</c>.
/// </para>
/// </remarks>
internal static class DetectionGraph
{
    public const string Boxes = "boxes";
    public const string Scores = "scores";
    public const string Detections = "detections";

    public const string ScoreThreshold = "score_threshold";
    public const string OverlapThreshold = "overlap_threshold";
    public const string Top = "top";

    private const string Rows = "K";

    /// <summary>The graph as the bytes of an ONNX file.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="scoreThreshold">Boxes must have more than this score.</param>
    /// <param name="overlapThreshold">A box that overlaps a better one by at least this, above 0, is dropped.</param>
    /// <param name="top">Most boxes of an image that are kept.</param>
    /// <param name="prefix">
    /// Null, or what the names begin with of a graph for a step of ML.NET. That has <c>pixels</c> alone as its input and the detections
    /// alone as its output, always <c>[top, 7]</c>: ML.NET takes no length that depends on the image. The rest are rows of score 0.
    /// </param>
    public static byte[] Write(DetectionWeights weights, float scoreThreshold, float overlapThreshold, int top, string? prefix = null)
    {
        int size = weights.Preprocessing.Size;
        int classes = weights.Labels.Count;
        var graph = new OnnxGraphBuilder("MobileNetV2Detection");
        graph.Metadata("weights", weights.Name);
        foreach ((string key, string value) in DetectionMetadata.Write(weights, [.. Enumerable.Range(1, classes)]))
        {
            graph.Metadata(key, value);
        }

        string pixels = graph.Input(prefix + ModelTensors.Pixels, ModelTensors.BatchDimension, 3, size, size);
        (string offsets, string logits) = WritePredictors(graph, weights, InferenceGraph.Normalize(graph, pixels, weights.Preprocessing));
        string boxes = WriteDecoding(graph, offsets, weights.Anchors.Anchors);
        string scores = graph.Node("Sigmoid", Scores, [Slice(graph, "logits", logits, 1, classes + 1)]);
        float mostOverlap = MathF.BitDecrement(overlapThreshold);
        if (prefix is not null)
        {
            string kept = WriteSuppression(
                graph,
                boxes,
                scores,
                graph.Constant(Top, [top]),
                graph.Constant(OverlapThreshold, [mostOverlap], 1),
                graph.Constant(ScoreThreshold, [scoreThreshold], 1));
            WritePadded(graph, kept, top, prefix + Detections);
            return graph.ToBytes();
        }

        graph.Output(boxes, ModelTensors.BatchDimension, weights.Anchors.Anchors.Count, SsdLiteLayers.BoxValues);
        graph.Output(scores, ModelTensors.BatchDimension, weights.Anchors.Anchors.Count, classes);
        string detections = WriteSuppression(
            graph,
            boxes,
            scores,
            graph.OptionalInput(Top, (long)top),
            graph.OptionalInput(OverlapThreshold, mostOverlap),
            graph.OptionalInput(ScoreThreshold, scoreThreshold));
        graph.Output(detections, Rows, DetectionRow.Length);
        return graph.ToBytes();
    }

    private static (string Offsets, string Logits) WritePredictors(OnnxGraphBuilder graph, DetectionWeights weights, string x)
    {
        var convolutions = new ConvolutionWriter(graph, weights.Tensors, weights.Architecture.Padding, weights.Preprocessing.Size);
        SsdLiteLayers head = weights.Head;
        var maps = new List<string>(
            InferenceGraph.WriteMaps(graph, convolutions, weights.Architecture, x, head.FirstTap, new(IsPooled: false)));
        foreach (IReadOnlyList<ConvolutionLayer> extra in head.Extras)
        {
            maps.Add(extra.Aggregate(maps[^1], (map, layer) => convolutions.Write(layer, map)));
        }

        List<string> offsets = [];
        List<string> logits = [];
        foreach ((string map, SsdLitePredictor predictor) in maps.Zip(head.Predictors))
        {
            offsets.Add(Predict(predictor.Boxes, map, SsdLiteLayers.BoxValues));
            logits.Add(Predict(predictor.Classes, map, weights.Labels.Count + 1));
        }

        return (Join(graph, "offsets", [.. offsets], axis: 1), Join(graph, "logits.all", [.. logits], axis: 1));

        // By row, column and box of the cell.
        string Predict(IReadOnlyList<ConvolutionLayer> predictor, string map, int values)
        {
            string name = predictor[^1].Name;
            string given = predictor.Aggregate(map, (before, layer) => convolutions.Write(layer, before));
            string last = graph.Node("Transpose", $"{name}.last", [given], OnnxGraphBuilder.Attribute("perm", 0, 2, 3, 1));
            return graph.Node("Reshape", $"{name}.rows", [last, graph.Constant($"{name}.shape", [0L, -1L, values])]);
        }
    }

    private static string WriteDecoding(OnnxGraphBuilder graph, string offsets, IReadOnlyList<Anchor> anchors)
    {
        string centres = Constant("anchors.centres", anchor => (anchor.CentreY, anchor.CentreX));
        string sides = Constant("anchors.sides", anchor => (anchor.Height, anchor.Width));
        string moves = graph.Node(
            "Div", "moves", [Slice(graph, "offsets.centres", offsets, 0, 2), graph.Constant("centre.scale", [BoxCoder.CentreScale])]);
        string growth = graph.Node(
            "Div", "growth", [Slice(graph, "offsets.sides", offsets, 2, 4), graph.Constant("side.scale", [BoxCoder.SideScale])]);
        string centre = graph.Node("Add", "centres", [graph.Node("Mul", "moved", [moves, sides]), centres]);
        string side = graph.Node("Mul", "sides", [graph.Node("Exp", "grown", [growth]), sides]);
        string half = graph.Node("Mul", "sides.half", [side, graph.Constant("half", [0.5f])]);
        string least = graph.Node("Sub", "edges.least", [centre, half]);
        return Join(graph, Boxes, [least, graph.Node("Add", "edges.most", [centre, half])], axis: 2);

        string Constant(string name, Func<Anchor, (float Y, float X)> pair) =>
            graph.Constant(name, MemoryMarshal.Cast<(float, float), float>(anchors.Select(pair).ToArray()), 1, anchors.Count, 2);
    }

    private static string WriteSuppression(
        OnnxGraphBuilder graph, string boxes, string scores, string top, string overlapThreshold, string scoreThreshold)
    {
        AttributeProto withoutAxis = OnnxGraphBuilder.Attribute("keepdims", 0);
        string best = graph.Node("ReduceMax", "best.scores", [scores], OnnxGraphBuilder.Attribute("axes", [2]), withoutAxis);
        string classes = graph.Node("ArgMax", "best.classes", [scores], OnnxGraphBuilder.Attribute("axis", 2), withoutAxis);
        string oneClass = graph.Node("Unsqueeze", "best.column", [best, graph.Constant("second", [1L])]);
        string kept = graph.Node("NonMaxSuppression", "kept", [boxes, oneClass, top, overlapThreshold, scoreThreshold]);
        string rows = Columns("kept.rows", 0, 2);
        AttributeProto toFloat = OnnxGraphBuilder.Attribute("to", (int)TensorProto.Types.DataType.Float);
        string images = graph.Node("Cast", "kept.images", [Columns("kept.images.whole", 0)], toFloat);
        string keptClasses = graph.Node("Cast", "kept.classes", [Of("kept.classes.whole", classes)], toFloat);
        return Join(
            graph,
            Detections,
            [
                images,
                graph.Node("GatherND", "kept.boxes", [boxes, rows]),
                Column("kept.scores.column", Of("kept.scores", best)),
                Column("kept.classes.column", keptClasses),
            ],
            axis: 1);

        string Columns(string name, params ReadOnlySpan<long> columns) =>
            graph.Node("Gather", name, [kept, graph.Constant($"{name}.columns", columns)], OnnxGraphBuilder.Attribute("axis", 1));

        string Of(string name, string values) => graph.Node("GatherND", name, [values, rows]);

        string Column(string name, string values) => graph.Node("Unsqueeze", name, [values, "second"]);
    }

    private static void WritePadded(OnnxGraphBuilder graph, string detections, int top, string result)
    {
        string none = graph.Constant("none", new float[top * DetectionRow.Length], top, DetectionRow.Length);
        graph.Node(
            "Slice",
            result,
            [Join(graph, "padded", [detections, none], axis: 0), graph.Constant("padded.from", [0L]), graph.Constant("padded.to", [top])]);
        graph.Output(result, top, DetectionRow.Length);
    }

    private static string Join(OnnxGraphBuilder graph, string name, ReadOnlySpan<string> parts, int axis) =>
        graph.Node("Concat", name, parts, OnnxGraphBuilder.Attribute("axis", axis));

    private static string Slice(OnnxGraphBuilder graph, string name, string x, long from, long to) => graph.Node(
        "Slice",
        name,
        [x, graph.Constant($"{name}.from", [from]), graph.Constant($"{name}.to", [to]), graph.Constant($"{name}.axis", [2L])]);
}
