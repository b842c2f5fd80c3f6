using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Writes the trained convolutions and what their gradients need. Not thread-safe.</summary>
/// <remarks>
/// A 1x1 convolution is a product of matrices, and so are its gradients. The stem is one too: its input comes with each patch as a
/// column. A depthwise kernel is a constant of the graph, because ONNX Runtime convolves about seven times faster with constant
/// depthwise kernels than with given ones, and a session takes little time to make; its gradient is left to
/// <see cref="DepthwiseKernelGradient"/>, which takes the layer's input and its output's gradient.
/// </remarks>
internal sealed class ConvolutionGradients(GraphScope scope)
{
    /// <summary>Writes the convolution.</summary>
    public MapValue Forward(TrainedLayer layer, MapValue input, bool hasBias, string result)
    {
        int outputs = layer.Layer.OutputChannels;
        if (!layer.Layer.IsDepthwise)
        {
            string kernel = scope.Input(layer.Names.Kernel, outputs, layer.KernelRow, 1, 1);
            string map = scope.As(input, MapForm.Map).Name;
            scope.Graph.Node("Conv", result, hasBias ? [map, kernel, scope.Input(layer.Names.Bias, outputs)] : [map, kernel]);
            return new(result, MapForm.Map, outputs, layer.OutputSide);
        }

        int channels = outputs * scope.Samples;
        string repeated = Constant(GraphNames.Repeated(layer.Names.Kernel), channels, 1, 3, 3);
        string wide = scope.As(input, MapForm.Wide).Name;
        scope.Graph.Node(
            "Conv",
            result,
            hasBias ? [wide, repeated, Constant(GraphNames.Repeated(layer.Names.Bias), channels)] : [wide, repeated],
            OnnxGraphBuilder.Attribute("group", channels),
            OnnxGraphBuilder.Attribute("strides", layer.Layer.Stride, layer.Layer.Stride),
            OnnxGraphBuilder.Attribute("pads", layer.PadBefore, layer.PadBefore, 1, 1));
        return new(result, MapForm.Wide, outputs, layer.OutputSide);
    }

    /// <summary>Writes the gradient of the kernel, or gives out what C# needs to compute it.</summary>
    public void Kernel(TrainedLayer layer, MapValue input, MapValue gradient)
    {
        if (!layer.Layer.IsDepthwise)
        {
            scope.Last(() => WriteKernel(layer, input, gradient));
            return;
        }

        scope.Output(gradient);
        if (input.Name != GraphNames.Input)
        {
            scope.Output(input);
        }
    }

    /// <summary>Writes the gradient of the input.</summary>
    public MapValue Input(TrainedLayer layer, MapValue gradient)
    {
        string name = $"{layer.Layer.Name}.input.gradient";
        var result = new MapValue(name, MapForm.Wide, layer.Layer.InputChannels, layer.InputSide);
        if (!layer.Layer.IsDepthwise)
        {
            string shape = scope.Numbers(layer.Layer.OutputChannels, layer.KernelRow);
            string matrix = scope.Graph.Node("Reshape", $"{layer.Names.Kernel}.matrix", [layer.Names.Kernel, shape]);
            scope.Graph.Node("Gemm", name, [matrix, scope.As(gradient, MapForm.Matrix).Name], OnnxGraphBuilder.Attribute("transA", 1));
            return result with { Form = MapForm.Matrix };
        }

        int channels = layer.Layer.InputChannels * scope.Samples;
        string wide = scope.As(gradient, MapForm.Wide).Name;
        if (layer.Layer.Stride == 1)
        {
            scope.Graph.Node(
                "Conv",
                name,
                [wide, Constant(GraphNames.Flipped(layer.Names.Kernel), channels, 1, 3, 3)],
                OnnxGraphBuilder.Attribute("group", channels),
                OnnxGraphBuilder.Attribute("pads", 1L, 1L, 1L, 1L));
            return result;
        }

        long after = (2 * layer.OutputSide) + 1 - layer.InputSide - layer.PadBefore;
        scope.Graph.Node(
            "ConvTranspose",
            name,
            [wide, GraphNames.Repeated(layer.Names.Kernel)],
            OnnxGraphBuilder.Attribute("group", channels),
            OnnxGraphBuilder.Attribute("strides", 2L, 2L),
            OnnxGraphBuilder.Attribute("pads", layer.PadBefore, layer.PadBefore, after, after));
        return result;
    }

    private void WriteKernel(TrainedLayer layer, MapValue input, MapValue gradient)
    {
        string name = scope.Graph.Node(
            "Gemm",
            GraphNames.Gradient(layer.Names.Kernel),
            [scope.As(gradient, MapForm.Matrix).Name, scope.As(input, MapForm.Matrix).Name],
            OnnxGraphBuilder.Attribute("transB", 1));
        scope.Output(name, layer.Layer.OutputChannels, layer.KernelRow);
    }

    private string Constant(string name, params int[] shape) =>
        scope.Graph.Constant(name, new float[shape.Aggregate((product, dimension) => product * dimension)], shape);
}
