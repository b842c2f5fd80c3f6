using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Layers whose batch norm is folded into the kernel and a bias.</summary>
/// <param name="scope">The graph.</param>
/// <param name="convolutions">Writes the convolutions.</param>
/// <param name="withBias">Whether the gradients of the biases are wanted.</param>
internal sealed class FoldedLayerGradients(GraphScope scope, ConvolutionGradients convolutions, bool withBias) : ILayerGradients
{
    /// <inheritdoc/>
    public MapValue Forward(TrainedLayer layer, MapValue input)
    {
        string name = layer.Layer.Name;
        MapValue x = convolutions.Forward(layer, input, hasBias: true, layer.Layer.HasReLU6 ? $"{name}.sum" : name);
        return layer.Layer.HasReLU6 ? ActivationGradients.Forward(scope, x, name) : x;
    }

    /// <inheritdoc/>
    public MapValue Backward(TrainedLayer layer, MapValue output, MapValue gradient)
    {
        MapValue masked = layer.Layer.HasReLU6 ? ActivationGradients.Backward(scope, output, gradient) : gradient;
        if (withBias)
        {
            scope.Last(() => WriteBias(layer, masked));
        }

        return masked;
    }

    private void WriteBias(TrainedLayer layer, MapValue gradient)
    {
        string name = GraphNames.Gradient(layer.Names.Beta);
        scope.Graph.Node(
            "ReduceSum",
            name,
            [scope.As(gradient, MapForm.Matrix).Name, scope.Numbers(1)],
            OnnxGraphBuilder.Attribute("keepdims", 0));
        scope.Output(name, layer.Layer.OutputChannels);
    }
}
