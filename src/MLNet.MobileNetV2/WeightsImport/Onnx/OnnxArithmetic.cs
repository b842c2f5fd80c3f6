using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>Reads additions, and the operations with constants that are normalisation, bias or batch norm.</summary>
internal static class OnnxArithmetic
{
    /// <summary>An operation of two tensors, or of a tensor and a constant.</summary>
    public static OnnxTensor Read(OnnxGraph graph, OnnxNode node, OnnxChannelOperationKind kind)
    {
        if (node.Inputs.Count != 2)
        {
            throw node.Error($"it has {node.Inputs.Count} inputs; two are allowed.");
        }

        bool isSymmetric = kind is OnnxChannelOperationKind.Add or OnnxChannelOperationKind.Multiply;
        return (node.Input(0), node.Input(1)) switch
        {
            (OnnxTensor first, OnnxTensor second) when kind == OnnxChannelOperationKind.Add => Add(graph, node, first, second),
            (OnnxTensor tensor, OnnxConstant constant) => Apply(graph, node, kind, tensor, constant),
            (OnnxConstant constant, OnnxTensor tensor) when isSymmetric => Apply(graph, node, kind, tensor, constant),
            _ => graph.PassOver(node, null),
        };
    }

    private static OnnxTensor Add(OnnxGraph graph, OnnxNode node, OnnxTensor first, OnnxTensor second)
    {
        if ((first, second) is (OnnxFeatures, OnnxMissing) or (OnnxMissing, OnnxFeatures))
        {
            return first is OnnxFeatures ? first : second;
        }

        if (first.IsChannelsLast != second.IsChannelsLast)
        {
            throw node.Error("it adds a map whose channels come last to one whose channels do not.");
        }

        var sum = new OnnxTensor(graph.NextId(), first.IsChannelsLast);
        graph.Add(new AdditionStep(node.Place, first.Source, second.Source, sum.Id));
        return sum;
    }

    private static OnnxTensor Apply(OnnxGraph graph, OnnxNode node, OnnxChannelOperationKind kind, OnnxTensor tensor, OnnxConstant constant)
    {
        switch (tensor)
        {
            case OnnxImage image when constant.IsByChannel(3, image.IsChannelsLast):
                return graph.AddImage(image.IsChannelsLast, image.Normalization.Then(kind, constant.ByChannel(3)));
            case OnnxLayer layer when constant.IsByChannel(layer.Step.Channels, layer.IsChannelsLast):
                OnnxLayer next = layer.Then(node, graph.NextId(), new(kind, [constant], layer.Last));
                graph.Add(next.Step);
                return next;
            case OnnxDense { HasBias: false } dense when kind == OnnxChannelOperationKind.Add
                && constant.IsByChannel(dense.Step.KernelShape[0], isChannelsLast: true):
                OnnxDense biased = dense.Then(graph.NextId(), constant);
                graph.Add(biased.Step);
                return biased;
            default:
                throw node.Error(
                    $"its constant '{constant.Name}' of shape {TensorShape.Show(constant.Shape)} does not apply per channel to an image, "
                    + "a convolution or a classifier.");
        }
    }
}
