using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>Reads convolutions and batch norm.</summary>
internal static class OnnxConvolutions
{
    // Batch norm's epsilon where a node leaves it out, by ONNX.
    private const float DefaultEpsilon = 1e-5f;

    /// <summary>A convolution of constants.</summary>
    public static OnnxLayer Read(OnnxGraph graph, OnnxNode node)
    {
        OnnxTensor input = node.Tensor(0);
        OnnxConstant kernel = node.Constant(1);
        OnnxConstant? bias = node.OptionalConstant(2);
        if (input.IsChannelsLast)
        {
            throw node.Error("it takes a map whose channels come last; they must be the second dimension.");
        }

        if (kernel.Shape is not [> 0 and var outputs, > 0, > 0 and var height, > 0 and var width]
            || node.Ints("kernel_shape")?.AsSpan().SequenceEqual([height, width]) == false)
        {
            throw node.Error(
                $"its kernel has shape {TensorShape.Show(kernel.Shape)}; [outputs, inputs a group, height, width], "
                + "as its kernel_shape, is needed.");
        }

        if (bias is not null && (bias.Shape.Count != 1 || bias.Count != outputs))
        {
            throw node.Error($"its bias has shape {TensorShape.Show(bias.Shape)}; [{outputs}] is needed.");
        }

        int id = graph.NextId();
        var step = new ConvolutionStep(
            node.Place,
            input.Source,
            id,
            id,
            kernel.Shape,
            Same(node, "strides"),
            (int)Math.Clamp(node.Int("group", 1), 0, int.MaxValue),
            OnnxPads.OfConvolution(node, (input as OnnxPadded)?.Pads),
            OutputLimits.None,
            () => OnnxLayerWeights.Read(kernel, bias, null))
        {
            Dilation = Same(node, "dilations"),
        };
        graph.Add(step);
        return new(step, IsChannelsLast: false, kernel, bias);
    }

    /// <summary>Batch norm after a convolution, with its statistics of training.</summary>
    public static OnnxLayer Normalize(OnnxGraph graph, OnnxNode node)
    {
        if (node.Tensor(0) is not OnnxLayer { IsChannelsLast: false } layer)
        {
            throw node.Error("it does not follow a convolution, with channels as the second dimension.");
        }

        OnnxConstant[] constants = [node.Constant(1), node.Constant(2), node.Constant(3), node.Constant(4)];
        int channels = layer.Step.Channels;
        if (Array.Find(constants, constant => constant.Shape.Count != 1 || constant.Count != channels) is { } other)
        {
            throw node.Error($"its constant '{other.Name}' has shape {TensorShape.Show(other.Shape)}; [{channels}] is needed.");
        }

        if (node.Int("training_mode", 0) != 0 || node.Int("spatial", 1) != 1)
        {
            throw node.Error("it takes statistics of the batch, or of each pixel (training_mode, spatial); those of training are allowed.");
        }

        OnnxLayer normalized = layer.Then(
            node,
            graph.NextId(),
            new(OnnxChannelOperationKind.BatchNormalization, constants, layer.Last, node.Float("epsilon", DefaultEpsilon)));
        graph.Add(normalized.Step);
        return normalized;
    }

    private static int Same(OnnxNode node, string attribute) => node.Ints(attribute) switch
    {
        null => 1,
        [var one] when one is > 0 and < int.MaxValue => (int)one,
        [var height, var width] when height == width && height is > 0 and < int.MaxValue => (int)height,
        var found => throw node.Error($"its {attribute} are [{string.Join(", ", found)}]; two equal ones are allowed."),
    };
}
