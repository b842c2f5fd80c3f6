using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;
using DataType = MLNet.MobileNetV2.OnnxSchema.TensorProto.Types.DataType;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>Reads constants, and the operators that carry a tensor on in another shape or type.</summary>
internal static class OnnxShapes
{
    private const int MaxRank = 8;

    public static OnnxValue Constant(OnnxGraph graph, OnnxNode node)
    {
        if (node.TensorAttribute("value") is { } tensor)
        {
            return graph.Constant(tensor);
        }

        if (node.Has("value_float"))
        {
            return Of(node, [], [node.Float("value_float", 0)]);
        }

        if (node.Floats("value_floats") is { } floats)
        {
            return Of(node, [floats.Count], [.. floats]);
        }

        if (node.Has("value_int"))
        {
            return Of(node, [], [node.Int("value_int", 0)]);
        }

        return node.Ints("value_ints") is { } ints
            ? Of(node, [ints.Length], ints)
            : throw node.Error("it holds neither a tensor nor numbers.");
    }

    public static OnnxValue Same(OnnxNode node) => node.Input(0) ?? throw node.Error("its input is missing.");

    /// <summary>The first input in another type of numbers with a fraction; integers stay integers.</summary>
    public static OnnxValue Cast(OnnxNode node)
    {
        long type = node.Int("to", 0);
        bool isAllowed = (DataType)type is DataType.Float or DataType.Float16 or DataType.Double or DataType.Bfloat16
            || ((DataType)type is DataType.Int32 or DataType.Int64 && node.Input(0) is OnnxConstant);
        return isAllowed ? Same(node) : throw node.Error($"it casts to the type of number {type}; types with a fraction are allowed.");
    }

    public static OnnxValue Flatten(OnnxGraph graph, OnnxNode node) =>
        node.Input(0) is OnnxConstant ? throw node.Error("it flattens a constant, which is not read.") : Carry(graph, node);

    public static OnnxValue Reshape(OnnxGraph graph, OnnxNode node)
    {
        if (node.Input(0) is not OnnxConstant constant)
        {
            return Carry(graph, node);
        }

        long[] sizes = node.IntsOf("shape", 1) ?? [];
        long known = 1;
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = sizes[i] == 0 && i < constant.Shape.Count ? constant.Shape[i] : sizes[i];
            known = sizes[i] == -1 ? known : Math.Min(known * Math.Clamp(sizes[i], 0, int.MaxValue), int.MaxValue);
        }

        return WithShape(node, constant, [.. sizes.Select(size => size == -1 ? constant.Count / Math.Max(known, 1) : size)]);
    }

    public static OnnxValue Squeeze(OnnxGraph graph, OnnxNode node)
    {
        if (node.Input(0) is not OnnxConstant constant)
        {
            return Carry(graph, node);
        }

        int rank = constant.Shape.Count;
        long[] named = node.IntsOf("axes", 1) ?? [.. Enumerable.Range(0, rank).Where(axis => constant.Shape[axis] == 1)];
        HashSet<long> axes = [.. named.Select(axis => axis < 0 ? axis + rank : axis)];
        return WithShape(node, constant, [.. constant.Shape.Where((_, axis) => !axes.Contains(axis)).Select(size => (long)size)]);
    }

    public static OnnxValue Unsqueeze(OnnxGraph graph, OnnxNode node)
    {
        if (node.Input(0) is not OnnxConstant constant)
        {
            // This library's graphs give their second input the shape of a map, where the features are one.
            return node.Input(0) is OnnxMissing missing ? missing : Carry(graph, node);
        }

        long[] axes = node.IntsOf("axes", 1) ?? [];
        int rank = constant.Shape.Count + axes.Length;
        HashSet<long> added = [.. axes.Select(axis => axis < 0 ? axis + rank : axis)];
        var rest = new Queue<int>(constant.Shape);
        return WithShape(
            node, constant, [.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) || rest.Count == 0 ? 1L : rest.Dequeue())]);
    }

    private static OnnxTensor Carry(OnnxGraph graph, OnnxNode node)
    {
        OnnxTensor input = node.Tensor(0);
        int id = graph.NextId();
        graph.Add(new ReshapeStep(node.Place, input.Source, id));
        return input is OnnxFeatures ? new OnnxFeatures(id) : new OnnxTensor(id);
    }

    private static OnnxConstant WithShape(OnnxNode node, OnnxConstant constant, IReadOnlyList<long> sizes)
    {
        int[] shape = [.. sizes.Take(MaxRank + 1).Select(size => (int)Math.Clamp(size, -1, int.MaxValue))];
        return shape.Length <= MaxRank && TensorShape.Count(shape) == constant.Count
            ? constant with { Shape = shape }
            : throw node.Error(
                $"its constant '{constant.Name}' of shape {TensorShape.Show(constant.Shape)} does not fit [{string.Join(", ", sizes)}].");
    }

    private static OnnxConstant Of(OnnxNode node, int[] shape, float[] values) =>
        new(node.Place, shape, () => values, () => throw node.Error("its numbers have fractions; whole ones are needed."));

    private static OnnxConstant Of(OnnxNode node, int[] shape, long[] values) =>
        new(node.Place, shape, () => throw node.Error("its numbers are whole; ones with fractions are needed."), () => values);
}
