using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>Reads the operators that limit values: alone or together they are ReLU6.</summary>
internal static class OnnxActivations
{
    public static OnnxTensor Relu(OnnxGraph graph, OnnxNode node) =>
        Apply(graph, node, node.Tensor(0), new(0, float.PositiveInfinity));

    /// <summary>Within two bounds, each of which may be missing.</summary>
    public static OnnxTensor Clip(OnnxGraph graph, OnnxNode node) => Apply(
        graph,
        node,
        node.Tensor(0),
        new(node.FloatOf("min", 1) ?? float.NegativeInfinity, node.FloatOf("max", 2) ?? float.PositiveInfinity));

    /// <summary>The lesser or the greater of a tensor and a number.</summary>
    public static OnnxTensor Limit(OnnxGraph graph, OnnxNode node, bool isUpper)
    {
        (OnnxTensor tensor, OnnxConstant constant) = (node.Inputs.Count == 2 ? node.Input(0) : null, node.Input(1)) switch
        {
            (OnnxTensor first, OnnxConstant second) => (first, second),
            (OnnxConstant first, OnnxTensor second) => (second, first),
            _ => throw node.Error("it must compare a tensor with a number."),
        };
        float limit = node.Scalar(constant);
        return Apply(graph, node, tensor, isUpper ? new(float.NegativeInfinity, limit) : new(limit, float.PositiveInfinity));
    }

    private static OnnxTensor Apply(OnnxGraph graph, OnnxNode node, OnnxTensor tensor, OutputLimits limits)
    {
        if (tensor is not OnnxLayer layer)
        {
            throw node.Error("it does not follow a convolution.");
        }

        OnnxLayer limited = layer.Then(graph.NextId(), limits);
        graph.Add(limited.Step);
        return limited;
    }
}
