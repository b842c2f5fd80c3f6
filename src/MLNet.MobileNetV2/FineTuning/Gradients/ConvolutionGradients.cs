using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Writes the trained convolutions and their gradients. Not thread-safe.</summary>
/// <remarks>
/// A 1x1 convolution is a product of matrices, and so are its gradients. The stem is one too: its input comes with each patch as a
/// column. Depthwise convolutions are operators of our own: <see cref="DepthwiseConvolution"/>.
/// </remarks>
/// <param name="scope">The graph.</param>
/// <param name="epsilon">What batch norm adds to the variance.</param>
internal sealed class ConvolutionGradients(GraphScope scope, float epsilon)
{
    /// <summary>Writes the convolution, with ReLU6 where a depthwise layer has a bias.</summary>
    public MapValue Forward(TrainedLayer layer, MapValue input, bool hasBias, string result)
    {
        int outputs = layer.Layer.OutputChannels;
        var output = new MapValue(result, MapForm.Map, outputs, layer.OutputSide)
        {
            HasPassedReLU6 = layer.Layer.IsDepthwise && hasBias,
        };
        if (!layer.Layer.IsDepthwise)
        {
            string kernel = scope.Input(layer.Names.Kernel, outputs, layer.KernelRow, 1, 1);
            string map = scope.As(input, MapForm.Map).Name;
            scope.Graph.Node("Conv", result, hasBias ? [map, kernel, scope.Input(layer.Names.Bias, outputs)] : [map, kernel]);
            return output;
        }

        scope.Input(layer.Names.Kernel, outputs, 1, 3, 3);
        GraphTensor[] bias = hasBias ? [new(scope.Input(layer.Names.Bias, outputs), [outputs])] : [];
        DepthwiseConvolution convolution = Depthwise(layer, input);
        scope.Managed(
            [.. Inputs(layer, input), .. bias],
            [scope.Tensor(output)],
            run => run.ForChannels(outputs, (first, end) => convolution.Forward(
                first, end, run.Input(0), Affine(run, input), run.Input(1), hasBias ? run.Input(2) : default, run.Output(0))));
        return output;
    }

    /// <summary>Writes the gradients of a layer's kernel and, unless it is the first one, of its input.</summary>
    public MapValue? Backward(TrainedLayer layer, MapValue input, MapValue gradient, bool isFirst)
    {
        if (layer.Layer.IsDepthwise)
        {
            return Depthwise(layer, input, output: null, gradient, hasBias: false, isFirst);
        }

        scope.Last(() => WriteKernel(layer, input, gradient));
        if (isFirst)
        {
            return null;
        }

        string name = InputGradient(layer);
        string shape = scope.Numbers(layer.Layer.OutputChannels, layer.KernelRow);
        string matrix = scope.Graph.Node("Reshape", $"{layer.Names.Kernel}.matrix", [layer.Names.Kernel, shape]);
        scope.Graph.Node("Gemm", name, [matrix, scope.As(gradient, MapForm.Matrix).Name], OnnxGraphBuilder.Attribute("transA", 1));
        return new(name, MapForm.Matrix, layer.Layer.InputChannels, layer.InputSide);
    }

    /// <summary>Writes the gradients of a depthwise layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">Its input.</param>
    /// <param name="output">What ReLU6 made of its result, if the gradient is that of this; null if it is that of the result.</param>
    /// <param name="gradient">The gradient.</param>
    /// <param name="hasBias">Whether the gradient of the bias is needed, which is named as that of the shift.</param>
    /// <param name="isFirst">Whether the gradient of the input is not needed.</param>
    /// <returns>The gradient of the input, or of what ReLU6 made the input of.</returns>
    public MapValue? Depthwise(
        TrainedLayer layer, MapValue input, MapValue? output, MapValue gradient, bool hasBias, bool isFirst)
    {
        int channels = layer.Layer.OutputChannels;
        var back = new MapValue(InputGradient(layer), MapForm.Map, channels, layer.InputSide) { HasPassedReLU6 = input.HasPassedReLU6 };
        GraphTensor[] inputs =
        [
            .. Inputs(layer, input),
            .. output is { } given ? (GraphTensor[])[scope.Tensor(given)] : [],
            scope.Tensor(gradient),
        ];
        var outputs = new List<GraphTensor> { scope.Output(new GraphTensor(GraphNames.Gradient(layer.Names.Kernel), [channels, 1, 3, 3])) };
        if (hasBias)
        {
            outputs.Add(scope.Output(new GraphTensor(GraphNames.Gradient(layer.Names.Beta), [channels])));
        }

        if (!isFirst)
        {
            outputs.Add(scope.Tensor(back));
        }

        DepthwiseConvolution convolution = Depthwise(layer, input);
        scope.Managed(inputs, outputs, run => run.ForChannels(channels, (first, end) => convolution.Backward(
            first,
            end,
            run.Input(0),
            Affine(run, input),
            output is null ? default : run.Input(inputs.Length - 2),
            run.Input(inputs.Length - 1),
            run.Input(1),
            run.Output(0),
            hasBias ? run.Output(1) : default,
            isFirst ? default : run.Output(outputs.Count - 1))));
        return isFirst ? null : back;
    }

    private static string InputGradient(TrainedLayer layer) => $"{layer.Layer.Name}.input.gradient";

    private DepthwiseConvolution Depthwise(TrainedLayer layer, MapValue input) => new(layer, scope.Samples, input.HasPassedReLU6);

    // The input, the kernel, and the batch norm that the input still has to pass.
    private GraphTensor[] Inputs(TrainedLayer layer, MapValue input) =>
    [
        scope.Tensor(input),
        new(layer.Names.Kernel, [layer.Layer.OutputChannels, 1, 3, 3]),
        .. input.Unfinished is { } before ? BatchNorm.Tensors(before) : [],
    ];

    private Func<int, (float Scale, float Shift)>? Affine(OperatorRun run, MapValue input) => input.Unfinished is null
        ? null
        : channel => BatchNorm.Affine(run, 2, channel, epsilon);

    private void WriteKernel(TrainedLayer layer, MapValue input, MapValue gradient)
    {
        string name = scope.Graph.Node(
            "Gemm",
            GraphNames.Gradient(layer.Names.Kernel),
            [scope.As(gradient, MapForm.Matrix).Name, scope.As(input, MapForm.Matrix).Name],
            OnnxGraphBuilder.Attribute("transB", 1));
        scope.Output(name, layer.Layer.OutputChannels, layer.KernelRow);
    }
}
