using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>Reads a node by its operator.</summary>
internal static class OnnxOperators
{
    /// <summary>The value of the node's first output.</summary>
    /// <exception cref="WeightsFormatException">The node does not fit MobileNetV2.</exception>
    public static OnnxValue Read(OnnxGraph graph, OnnxNode node) => (node.IsStandard ? node.Operator : "") switch
    {
        "Constant" => OnnxShapes.Constant(graph, node),
        "Identity" or "Dropout" => OnnxShapes.Same(node),
        "Cast" => OnnxShapes.Cast(node),
        "Flatten" => OnnxShapes.Flatten(graph, node),
        "Reshape" => OnnxShapes.Reshape(graph, node),
        "Squeeze" => OnnxShapes.Squeeze(graph, node),
        "Unsqueeze" => OnnxShapes.Unsqueeze(graph, node),
        "Transpose" => OnnxTransposes.Read(graph, node),
        "Shape" => new OnnxTensor(graph.NextId()),
        "Conv" => OnnxConvolutions.Read(graph, node),
        "BatchNormalization" => OnnxConvolutions.Normalize(graph, node),
        "Pad" => OnnxPads.Read(graph, node),
        "Add" or "Sum" => OnnxArithmetic.Read(graph, node, OnnxChannelOperationKind.Add),
        "Sub" => OnnxArithmetic.Read(graph, node, OnnxChannelOperationKind.Subtract),
        "Mul" => OnnxArithmetic.Read(graph, node, OnnxChannelOperationKind.Multiply),
        "Div" => OnnxArithmetic.Read(graph, node, OnnxChannelOperationKind.Divide),
        "Relu" => OnnxActivations.Relu(graph, node),
        "Clip" => OnnxActivations.Clip(graph, node),
        "Min" => OnnxActivations.Limit(graph, node, isUpper: true),
        "Max" => OnnxActivations.Limit(graph, node, isUpper: false),
        "GlobalAveragePool" => OnnxAverages.Global(graph, node),
        "AveragePool" => OnnxAverages.Square(graph, node),
        "ReduceMean" => OnnxAverages.Mean(graph, node),
        "Gemm" => OnnxDenses.Gemm(graph, node),
        "MatMul" => OnnxDenses.MatMul(graph, node),
        "Softmax" or "LogSoftmax" or "Sigmoid" or "Hardmax" or "ArgMax" or "TopK" => Score(graph, node),
        _ => graph.PassOver(node, null),
    };

    private static OnnxTensor Score(OnnxGraph graph, OnnxNode node)
    {
        var tensor = new OnnxTensor(graph.NextId());
        graph.Add(new ScoreStep(node.Place, node.Tensor(0).Source, tensor.Id));
        return tensor;
    }
}
