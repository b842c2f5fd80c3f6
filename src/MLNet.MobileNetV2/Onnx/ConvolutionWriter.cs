using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Onnx.Schema;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>Writes the network's convolutions, in order, with folded batch norm, and ReLU6 where the layer has it.</summary>
internal sealed class ConvolutionWriter
{
    private readonly OnnxGraphBuilder _graph;
    private readonly MobileNetV2Weights _weights;
    private readonly string _zero;
    private readonly string _six;
    private int _side;

    public ConvolutionWriter(OnnxGraphBuilder graph, MobileNetV2Weights weights)
    {
        _graph = graph;
        _weights = weights;
        _zero = graph.Constant("zero", [0f]);
        _six = graph.Constant("six", [6f]);
        _side = weights.Preprocessing.Size;
    }

    /// <summary>Writes one layer and returns the name of its result.</summary>
    public string Write(ConvolutionLayer layer, string input)
    {
        WeightTensor kernel = _weights.Tensors[$"{layer.Name}.weight"];
        WeightTensor bias = _weights.Tensors[$"{layer.Name}.bias"];
        string kernelName = _graph.Constant($"{layer.Name}.weight", kernel.Values.Span, [.. kernel.Shape]);
        string biasName = _graph.Constant($"{layer.Name}.bias", bias.Values.Span, [.. bias.Shape]);
        string result = _graph.Node(
            "Conv",
            layer.Name,
            [input, kernelName, biasName],
            OnnxGraphBuilder.Attribute("kernel_shape", layer.KernelSize, layer.KernelSize),
            OnnxGraphBuilder.Attribute("strides", layer.Stride, layer.Stride),
            OnnxGraphBuilder.Attribute("group", layer.Groups),
            Pads(layer));
        _side = (_side + layer.Stride - 1) / layer.Stride;
        return layer.HasReLU6 ? _graph.Node("Clip", $"{layer.Name}.relu6", [result, _zero, _six]) : result;
    }

    private AttributeProto Pads(ConvolutionLayer layer)
    {
        long after = layer.KernelSize / 2;

        // At stride 2, TensorFlow's SAME needs one row less than a symmetric padding for an even side, and leaves out the one before.
        bool isUneven = layer.Stride == 2 && _side % 2 == 0 && _weights.Padding == PaddingFlavor.TensorFlowSame;
        long before = isUneven ? 0 : after;
        return OnnxGraphBuilder.Attribute("pads", before, before, after, after);
    }
}
