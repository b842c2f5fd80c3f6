namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Writes a convolution with what follows it, batch norm and ReLU6, there and back.</summary>
internal interface ILayerGradients
{
    /// <summary>Writes the convolution with batch norm and activation, and returns the activation, perhaps unfinished.</summary>
    MapValue Forward(TrainedLayer layer, MapValue input);

    /// <summary>The activation itself.</summary>
    MapValue Finish(MapValue activation);

    /// <summary>Writes the gradients of the layer's tensors and, unless it is the first one, returns that of its input.</summary>
    MapValue? Backward(TrainedLayer layer, MapValue input, MapValue output, MapValue gradient, bool isFirst);
}

/// <summary>Layers whose batch norm is folded into the kernel and a bias.</summary>
internal sealed class FoldedLayerGradients(GraphScope scope, ConvolutionGradients convolutions, bool withBias) : ILayerGradients
{
    public MapValue Forward(TrainedLayer layer, MapValue input)
    {
        string name = layer.Layer.Name;
        if (layer.Layer.IsDepthwise || !layer.Layer.HasReLU6)
        {
            return convolutions.Forward(layer, input, hasBias: true, name);
        }

        MapValue x = convolutions.Forward(layer, input, hasBias: true, $"{name}.sum");
        scope.Graph.Node("Clip", name, [x.Name, scope.Scalar("zero", 0), scope.Scalar("six", 6)]);
        return x with { Name = name, HasPassedReLU6 = true };
    }

    public MapValue Finish(MapValue activation) => activation;

    public MapValue? Backward(TrainedLayer layer, MapValue input, MapValue output, MapValue gradient, bool isFirst)
    {
        if (layer.Layer.IsDepthwise)
        {
            return convolutions.Depthwise(layer, input, output, gradient, withBias, isFirst);
        }

        MapValue masked = layer.Layer.HasReLU6 && !gradient.HasPassedReLU6 ? Mask(layer, output, gradient) : gradient;
        if (withBias)
        {
            scope.Last(() => WriteBias(layer, masked));
        }

        return convolutions.Backward(layer, input, masked, isFirst);
    }

    private MapValue Mask(TrainedLayer layer, MapValue output, MapValue gradient)
    {
        MapValue masked = output with { Name = $"{layer.Layer.Name}.masked" };
        int channels = layer.Layer.OutputChannels;
        scope.Managed(
            [scope.Tensor(output), scope.Tensor(gradient)],
            [scope.Tensor(masked)],
            run => run.ForChannels(channels, (first, end) =>
            {
                Range part = PartOf(run.Output(0).Length / channels, first, end);
                ReLU6.Mask(run.Input(0)[part], run.Input(1)[part], run.Output(0)[part]);
            }));
        return masked;
    }

    private static Range PartOf(int length, int first, int end) => (first * length)..(end * length);

    // A product, as ONNX Runtime's sum over a row depends on where the row lies in memory, which for an output of the graph is anywhere.
    private void WriteBias(TrainedLayer layer, MapValue gradient)
    {
        string name = GraphNames.Gradient(layer.Names.Beta);
        MapValue matrix = scope.As(gradient, MapForm.Matrix);
        scope.Graph.Node("MatMul", name, [matrix.Name, scope.Ones(scope.Samples * gradient.Side * gradient.Side)]);
        scope.Output(name, layer.Layer.OutputChannels, 1);
    }
}
