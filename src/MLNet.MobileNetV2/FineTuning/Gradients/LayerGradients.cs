using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Writes what follows a convolution, batch norm and ReLU6, there and back.</summary>
internal interface ILayerGradients
{
    /// <summary>Writes the convolution with batch norm and activation, and returns the activation.</summary>
    MapValue Forward(TrainedLayer layer, MapValue input);

    /// <summary>Writes the gradient of the convolution's result from that of the activation, and those of scale and shift.</summary>
    MapValue Backward(TrainedLayer layer, MapValue output, MapValue gradient);
}

/// <summary>Layers whose batch norm is folded into the kernel and a bias.</summary>
internal sealed class FoldedLayerGradients(GraphScope scope, ConvolutionGradients convolutions, bool withBias) : ILayerGradients
{
    public MapValue Forward(TrainedLayer layer, MapValue input)
    {
        string name = layer.Layer.Name;
        MapValue x = convolutions.Forward(layer, input, hasBias: true, layer.Layer.HasReLU6 ? $"{name}.sum" : name);
        return layer.Layer.HasReLU6 ? ActivationGradients.Forward(scope, x, name) : x;
    }

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

/// <summary>
/// Layers whose batch norm takes mean and variance of the batch (arXiv 1502.03167), both outputs of the graph.
/// </summary>
internal sealed class StatisticsLayerGradients(GraphScope scope, ConvolutionGradients convolutions, float epsilon) : ILayerGradients
{
    private OnnxGraphBuilder Graph => scope.Graph;

    public MapValue Forward(TrainedLayer layer, MapValue input)
    {
        string name = layer.Layer.Name;
        int channels = layer.Layer.OutputChannels;
        MapValue x = scope.As(convolutions.Forward(layer, input, hasBias: false, $"{name}.sum"), MapForm.Matrix);
        string mean = Mean(x.Name, layer.Names.Mean);
        string centred = Graph.Node("Sub", $"{name}.centred", [x.Name, mean]);
        string variance = Mean(Graph.Node("Mul", $"{name}.squared", [centred, centred]), layer.Names.Variance);
        scope.Output(mean, channels, 1);
        scope.Output(variance, channels, 1);
        string shifted = Graph.Node("Add", $"{name}.variance", [variance, scope.Scalar("epsilon", epsilon)]);
        string inverse = Graph.Node("Reciprocal", $"{name}.inverse", [Graph.Node("Sqrt", $"{name}.deviation", [shifted])]);
        string normalized = Graph.Node("Mul", $"{name}.normalized", [centred, inverse]);
        string scaled = Graph.Node("Mul", $"{name}.scaled", [normalized, scope.Input(layer.Names.Gamma, channels, 1)]);
        bool isActivated = layer.Layer.HasReLU6;
        string result = Graph.Node("Add", isActivated ? $"{name}.linear" : name, [scaled, scope.Input(layer.Names.Beta, channels, 1)]);
        return isActivated ? ActivationGradients.Forward(scope, x with { Name = result }, name) : x with { Name = result };
    }

    public MapValue Backward(TrainedLayer layer, MapValue output, MapValue gradient)
    {
        string name = layer.Layer.Name;
        int channels = layer.Layer.OutputChannels;
        MapValue y = scope.As(layer.Layer.HasReLU6 ? ActivationGradients.Backward(scope, output, gradient) : gradient, MapForm.Matrix);
        string shift = Sum(y.Name, GraphNames.Gradient(layer.Names.Beta));
        string product = Graph.Node("Mul", $"{name}.product", [y.Name, $"{name}.normalized"]);
        string scale = Sum(product, GraphNames.Gradient(layer.Names.Gamma));
        scope.Output(shift, channels, 1);
        scope.Output(scale, channels, 1);

        // dx = scale / deviation x (dy - mean(dy) - normalized x mean(dy x normalized))
        string share = scope.Scalar($"{name}.share", (float)(1.0 / ((double)scope.Samples * output.Side * output.Side)));
        string meanShift = Graph.Node("Mul", $"{name}.shift.mean", [shift, share]);
        string meanScale = Graph.Node("Mul", $"{name}.scale.mean", [scale, share]);
        string along = Graph.Node("Mul", $"{name}.along", [$"{name}.normalized", meanScale]);
        string rest = Graph.Node("Sub", $"{name}.across", [Graph.Node("Sub", $"{name}.level", [y.Name, meanShift]), along]);
        string factor = Graph.Node("Mul", $"{name}.factor", [layer.Names.Gamma, $"{name}.inverse"]);
        return y with { Name = Graph.Node("Mul", $"{name}.sum.gradient", [rest, factor]) };
    }

    private string Mean(string x, string result) => Graph.Node("ReduceMean", result, [x], OnnxGraphBuilder.Attribute("axes", [1L]));

    private string Sum(string x, string result) => Graph.Node("ReduceSum", result, [x, scope.Numbers(1)]);
}
