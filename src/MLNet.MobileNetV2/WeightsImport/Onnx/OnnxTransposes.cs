using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>Reads transpositions: of maps between channels last and channels second, of features, and of constants.</summary>
internal static class OnnxTransposes
{
    private const int MaxOfConstants = 4;

    /// <summary>The same values in another order of dimensions.</summary>
    public static OnnxValue Read(OnnxGraph graph, OnnxNode node)
    {
        long[]? order = node.Ints("perm");
        switch (node.Input(0))
        {
            case OnnxConstant constant:
                return OfConstant(node, constant, order);
            case OnnxFeatures features:
                var same = new OnnxFeatures(graph.NextId());
                graph.Add(new ReshapeStep(node.Place, features.Id, same.Id));
                return same;
            case OnnxTensor { IsChannelsLast: true } map when order is [0, 3, 1, 2]:
                return map with { IsChannelsLast = false };
            case OnnxTensor { IsChannelsLast: false } map when order is [0, 2, 3, 1]:
                return map with { IsChannelsLast = true };
            default:
                throw node.Error(
                    $"its order is [{string.Join(", ", order ?? [])}]; one between channels last and channels second is allowed.");
        }
    }

    /// <summary>The values of a tensor in another order of its dimensions.</summary>
    public static float[] Permute(float[] values, IReadOnlyList<int> shape, IReadOnlyList<int> order)
    {
        int[] strides = new int[shape.Count];
        for (int axis = shape.Count - 1, stride = 1; axis >= 0; stride *= shape[axis], axis--)
        {
            strides[axis] = stride;
        }

        float[] permuted = new float[values.Length];
        int[] position = new int[shape.Count];
        for (int to = 0, from = 0; to < permuted.Length; to++)
        {
            permuted[to] = values[from];
            for (int axis = order.Count - 1; axis >= 0; axis--)
            {
                from += strides[order[axis]];
                if (++position[axis] < shape[order[axis]])
                {
                    break;
                }

                from -= position[axis] * strides[order[axis]];
                position[axis] = 0;
            }
        }

        return permuted;
    }

    private static OnnxConstant OfConstant(OnnxNode node, OnnxConstant constant, long[]? order)
    {
        int rank = constant.Shape.Count;
        int[] axes = order is null ? [.. Enumerable.Range(0, rank).Reverse()] : [.. order.Select(axis => (int)Math.Clamp(axis, -1, rank))];
        if (!axes.Order().SequenceEqual(Enumerable.Range(0, rank)) || constant.Transposes == MaxOfConstants)
        {
            throw node.Error(
                $"its order [{string.Join(", ", axes)}] does not fit {rank} dimensions, or '{constant.Name}' is transposed too often.");
        }

        return constant with
        {
            Shape = [.. axes.Select(axis => constant.Shape[axis])],
            Values = () => Permute(constant.Values(), constant.Shape, axes),
            Integers = () => throw node.Error("a list of numbers is transposed, which is not allowed."),
            Transposes = constant.Transposes + 1,
        };
    }
}
