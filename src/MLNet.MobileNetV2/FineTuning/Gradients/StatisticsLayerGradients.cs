namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// Layers whose batch norm takes mean and variance of the batch, both outputs of the graph. Of each layer the convolution alone is kept
/// for the way back: activations, which are as large, are made of it again where they are needed. Not thread-safe.
/// </summary>
internal sealed class StatisticsLayerGradients(GraphScope scope, ConvolutionGradients convolutions, float epsilon) : ILayerGradients
{
    public MapValue Forward(TrainedLayer layer, MapValue input)
    {
        int channels = layer.Layer.OutputChannels;
        input = layer.Layer.IsDepthwise ? input : Finish(input);
        MapValue sum = convolutions.Forward(layer, input, hasBias: false, $"{layer.Layer.Name}.sum");
        scope.Input(layer.Names.Gamma, channels, 1);
        scope.Input(layer.Names.Beta, channels, 1);
        scope.Managed(
            [scope.Tensor(sum)],
            [
                scope.Output(new GraphTensor(layer.Names.Mean, [channels, 1])),
                scope.Output(new GraphTensor(layer.Names.Variance, [channels, 1])),
            ],
            run => run.ForChannels(channels, (first, end) => BatchNorm.Measure(first, end, run)));
        MapValue output = sum with { Unfinished = layer, HasPassedReLU6 = layer.Layer.HasReLU6 };

        // Linear activations are small, and several take them.
        return layer.Layer.HasReLU6 ? output : Finish(output);
    }

    public MapValue Finish(MapValue activation) =>
        activation.Unfinished is { } layer ? Finish(activation, layer, layer.Layer.Name) : activation;

    public MapValue? Backward(TrainedLayer layer, MapValue input, MapValue output, MapValue gradient, bool isFirst)
    {
        int channels = layer.Layer.OutputChannels;
        MapValue sum = output with { Name = $"{layer.Layer.Name}.sum" };
        var result = new MapValue($"{sum.Name}.gradient", sum.Form, sum.Channels, sum.Side);
        BatchNorm norm = Norm(layer);
        scope.Managed(
            [scope.Tensor(sum), .. BatchNorm.Tensors(layer), scope.Tensor(gradient)],
            [
                scope.Tensor(result),
                scope.Output(new GraphTensor(GraphNames.Gradient(layer.Names.Gamma), [channels, 1])),
                scope.Output(new GraphTensor(GraphNames.Gradient(layer.Names.Beta), [channels, 1])),
            ],
            run => run.ForChannels(channels, (first, end) => norm.Backward(first, end, run)));
        input = !layer.Layer.IsDepthwise && input.Unfinished is { } before ? Finish(input, before, $"{before.Layer.Name}.again") : input;
        return convolutions.Backward(layer, input, result, isFirst);
    }

    private BatchNorm Norm(TrainedLayer layer) => new(layer.Layer.HasReLU6, epsilon);

    private MapValue Finish(MapValue sum, TrainedLayer layer, string name)
    {
        MapValue result = sum with { Name = name, Unfinished = null };
        BatchNorm norm = Norm(layer);
        scope.Managed(
            [scope.Tensor(sum), .. BatchNorm.Tensors(layer)],
            [scope.Tensor(result)],
            run => run.ForChannels(layer.Layer.OutputChannels, (first, end) => norm.Forward(first, end, run)));
        return result;
    }
}
