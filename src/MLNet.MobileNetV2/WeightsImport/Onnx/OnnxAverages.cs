using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>Reads averages over the image.</summary>
internal static class OnnxAverages
{
    private const int MapRank = 4;

    public static OnnxFeatures Global(OnnxGraph graph, OnnxNode node) => Add(graph, node, ChannelsSecond(node), null);

    /// <summary>Over squares of the map: one that is as large as the map is meant.</summary>
    public static OnnxFeatures Square(OnnxGraph graph, OnnxNode node)
    {
        OnnxTensor input = ChannelsSecond(node);
        bool isPlain = node.Text("auto_pad", "NOTSET") is "NOTSET" or "VALID" or "" && (node.Ints("pads") ?? []).All(pad => pad == 0);
        return isPlain && node.Ints("kernel_shape") is [> 0 and <= short.MaxValue and var height, var width] && height == width
            ? Add(graph, node, input, (int)height)
            : throw node.Error("its kernel is no square, or it pads; an average over the whole map is allowed.");
    }

    /// <summary>Over axes: rows and columns, together or one after the other.</summary>
    public static OnnxTensor Mean(OnnxGraph graph, OnnxNode node)
    {
        OnnxTensor input = node.Tensor(0);
        long[] axes = node.IntsOf("axes", 1) ?? [];
        int rank = (input as OnnxLines)?.Rank ?? MapRank;
        int[] found = [.. axes.Select(axis => (int)Math.Clamp(axis < 0 ? axis + rank : axis, -1, rank)).Order()];
        if (input is OnnxLines lines)
        {
            return found is [var rest] && rest == lines.Axis ? Add(graph, node, lines.Map, null) : throw WrongAxes(node, axes);
        }

        int rows = input.IsChannelsLast ? 1 : 2;
        if (found is [var first, var second] && first == rows && second == rows + 1)
        {
            return Add(graph, node, input, null);
        }

        if (found is not [var one] || (one != rows && one != rows + 1))
        {
            throw WrongAxes(node, axes);
        }

        bool isKept = node.Int("keepdims", 1) != 0;
        int left = one == rows ? rows + (isKept ? 1 : 0) : rows;
        return new OnnxLines(graph.NextId(), input, left, isKept ? MapRank : MapRank - 1);
    }

    private static OnnxFeatures Add(OnnxGraph graph, OnnxNode node, OnnxTensor input, int? side)
    {
        var features = new OnnxFeatures(graph.NextId());
        graph.Add(new PoolStep(node.Place, input.Source, features.Id, side));
        return features;
    }

    private static OnnxTensor ChannelsSecond(OnnxNode node) => node.Tensor(0) is { IsChannelsLast: false } input
        ? input
        : throw node.Error("it takes a map whose channels come last; they must be the second dimension.");

    private static WeightsFormatException WrongAxes(OnnxNode node, long[] axes) =>
        node.Error($"it averages over the axes [{string.Join(", ", axes)}]; rows and columns are allowed.");
}
