using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>Writes the network's convolutions, in order, with the tensors' form of batch norm and the layers' activation.</summary>
internal sealed class ConvolutionWriter
{
    private readonly OnnxGraphBuilder _graph;
    private readonly IReadOnlyDictionary<string, WeightTensor> _tensors;
    private readonly PaddingFlavor _padding;
    private readonly float? _epsilon;
    private readonly string _zero;
    private readonly string _six;
    private int _side;

    /// <summary>Begins at the image, or at a map of a side inside the network.</summary>
    public ConvolutionWriter(OnnxGraphBuilder graph, MobileNetV2Weights weights, int? side = null)
        : this(
            graph,
            weights.Tensors,
            weights.Padding,
            side ?? weights.Preprocessing.Size,
            weights.BatchNorm == BatchNormForm.Folded ? null : weights.BatchNormEpsilon)
    {
    }

    /// <summary>Begins at an image or a map of a side, with tensors by name; batch norm is folded where its epsilon is null.</summary>
    public ConvolutionWriter(
        OnnxGraphBuilder graph, IReadOnlyDictionary<string, WeightTensor> tensors, PaddingFlavor padding, int side, float? epsilon = null)
    {
        _graph = graph;
        _tensors = tensors;
        _padding = padding;
        _epsilon = epsilon;
        _zero = graph.Constant("zero", [0f]);
        _six = graph.Constant("six", [6f]);
        _side = side;
    }

    /// <summary>Writes one layer and returns the name of its result.</summary>
    public string Write(ConvolutionLayer layer, string input)
    {
        LayerTensors names = LayerTensors.Of(layer);
        bool isFolded = _epsilon is null || !layer.HasBatchNorm;
        string x = _graph.Node(
            "Conv",
            layer.Name,
            isFolded ? [input, Constant(names.Kernel), Constant(names.Bias)] : [input, Constant(names.Kernel)],
            OnnxGraphBuilder.Attribute("kernel_shape", layer.KernelSize, layer.KernelSize),
            OnnxGraphBuilder.Attribute("strides", layer.Stride, layer.Stride),
            OnnxGraphBuilder.Attribute("group", layer.Groups),
            Pads(layer),
            OnnxGraphBuilder.Attribute("dilations", layer.Dilation, layer.Dilation));
        _side = layer.OutputSide(_side);
        if (!isFolded)
        {
            x = _graph.Node(
                "BatchNormalization",
                layer.BatchNormName,
                [x, Constant(names.Gamma), Constant(names.Beta), Constant(names.Mean), Constant(names.Variance)],
                OnnxGraphBuilder.Attribute("epsilon", _epsilon!.Value));
        }

        return layer.Activation switch
        {
            Activation.ReLU6 => _graph.Node("Clip", $"{layer.Name}.relu6", [x, _zero, _six]),
            Activation.ReLU => _graph.Node("Relu", $"{layer.Name}.relu", [x]),
            _ => x,
        };
    }

    /// <summary>Rows and columns of zeros before a convolution's input; <see cref="ConvolutionLayer.Reach"/> follow it.</summary>
    public static int PadBefore(ConvolutionLayer layer, int inputSide, PaddingFlavor padding)
    {
        // At stride 2, TensorFlow's SAME has no row before an even side.
        bool isUneven = layer.Stride == 2 && inputSide % 2 == 0 && padding == PaddingFlavor.TensorFlowSame;
        return isUneven ? 0 : layer.Reach;
    }

    private string Constant(string name)
    {
        WeightTensor tensor = _tensors[name];
        return _graph.Constant(name, tensor.Values.Span, [.. tensor.Shape]);
    }

    private AttributeProto Pads(ConvolutionLayer layer)
    {
        long after = layer.Reach;
        long before = PadBefore(layer, _side, _padding);
        return OnnxGraphBuilder.Attribute("pads", before, before, after, after);
    }
}
