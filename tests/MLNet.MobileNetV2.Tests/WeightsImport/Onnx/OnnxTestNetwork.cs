using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Onnx;

/// <summary>A narrow MobileNetV2 as an ONNX file, with a choice at every place where exporters differ.</summary>
internal sealed class OnnxTestNetwork
{
    public const string Pixels = "image", Features = "pooled", Logits = "scores";

    private readonly Random _random = new(11);
    private OnnxTestGraph _graph = new(13);

    public int Opset { get; init; } = 13;

    public int Side { get; init; } = 64;

    public int Classes { get; init; } = 5;

    public PaddingFlavor Padding { get; init; } = PaddingFlavor.TensorFlowSame;

    public double Width { get; init; } = 0.1;

    public int RoundNearest { get; init; } = 8;

    public OnnxTestConstant Constants { get; init; }

    /// <summary>bias, none, norm, norm and bias, scale, subtract, formula, add, channels last.</summary>
    public string Norm { get; init; } = "bias";

    /// <summary>clip, attributes, relu clip, one-sided, min max, max min, relu min, min relu.</summary>
    public string Activation { get; init; } = "clip";

    /// <summary>pads, auto, node, node of attributes, node of axes.</summary>
    public string Pads { get; init; } = "pads";

    /// <summary>first, last, pairs (channels last between any two nodes).</summary>
    public string Channels { get; init; } = "first";

    /// <summary>global, mean, mean input, mean of negative axes, square, lines, lines kept, last.</summary>
    public string Pool { get; init; } = "global";

    /// <summary>flatten, reshape, squeeze, none, dynamic.</summary>
    public string Shape { get; init; } = "flatten";

    /// <summary>gemm, gemm of columns, matmul, matmul add, add matmul, conv, two.</summary>
    public string Classifier { get; init; } = "gemm";

    /// <summary>Writes the nodes that normalise the image.</summary>
    public Func<OnnxTestGraph, string, string>? Normalize { get; init; }

    /// <summary>Operators that carry a tensor on, at some places.</summary>
    public bool HasCarriers { get; init; }

    /// <summary>Changes a layer's weights or nodes: by its name, false leaves batch norm out.</summary>
    public Func<string, string, string> NormOf { get; init; } = (_, norm) => norm;

    public MobileNetV2Weights Weights => RandomWeights.Create(
        5, new MobileNetV2Architecture(Classes, Width, roundNearest: RoundNearest, padding: Padding), new() { Size = Side });

    public OnnxTestGraph Build()
    {
        _graph = new(Opset) { Constants = Constants };
        MobileNetV2Weights weights = Weights;
        string x = _graph.Input(Pixels, Channels == "last" ? ["N", Side, Side, 3] : ["N", 3, Side, Side]);
        x = Normalize?.Invoke(_graph, x) ?? x;
        x = Channels == "last" ? _graph.Node("Transpose", [x], OnnxTestGraph.List("perm", 0, 3, 1, 2)) : x;
        x = Carry(x);
        x = Convolve(weights, weights.Architecture.Stem, x);
        foreach (InvertedResidualBlock block in weights.Architecture.Blocks)
        {
            string input = x;
            x = block.Convolutions().Aggregate(x, (current, layer) => Convolve(weights, layer, current));
            x = block.HasShortcut ? _graph.Node(
                block.Name.EndsWith('5') ? "Sum" : "Add", block.Name.EndsWith('7') ? [x, input] : [input, x]) : x;
        }

        x = Convolve(weights, weights.Architecture.LastConvolution, x);
        x = Average(Carry(x));
        Rename(x, Features);
        _graph.Output(Features);
        if (Classes > 0)
        {
            Rename(Classify(weights, Carry(Features)), Logits);
            _graph.Output(Logits);
            _graph.Output(_graph.Node("Softmax", [Logits], OnnxTestGraph.Int("axis", 1)));
        }

        return _graph;
    }

    private void Rename(string from, string to)
    {
        foreach (NodeProto node in _graph.Graph.Node.Where(node => node.Output[0] == from))
        {
            node.Output[0] = to;
        }
    }

    private string Carry(string x) => HasCarriers
        ? _graph.Node("Dropout", [_graph.Node("Identity", [_graph.Node("Cast", [x], OnnxTestGraph.Int("to", 1))])])
        : x;

    private string Convolve(MobileNetV2Weights weights, ConvolutionLayer layer, string x)
    {
        string norm = NormOf(layer.Name, Norm);
        float[] bias = weights.Tensors[$"{layer.Name}.bias"].Values.ToArray();
        var attributes = new List<AttributeProto>
        {
            OnnxTestGraph.Int("group", layer.Groups),
            OnnxTestGraph.List("strides", layer.Stride, layer.Stride),
        };
        x = Pad(layer, x, attributes);
        List<string> inputs = [x, _graph.Constant(weights.Tensors[$"{layer.Name}.weight"].Values.ToArray(), [.. layer.KernelShape])];
        if (norm is "bias" or "norm and bias")
        {
            inputs.Add(_graph.Constant(bias, bias.Length));
        }

        x = _graph.Node("Conv", inputs, [.. attributes]);
        bool isLast = norm == "channels last" || Channels == "pairs";
        x = isLast ? _graph.Node("Transpose", [x], OnnxTestGraph.List("perm", 0, 2, 3, 1)) : x;
        x = new OnnxTestNorm(_graph, _random, bias.Length, isLast).Write(norm, x, bias);
        x = layer.HasReLU6 ? Activate(x) : x;
        return isLast ? _graph.Node("Transpose", [x], OnnxTestGraph.List("perm", 0, 3, 1, 2)) : x;
    }

    private string Pad(ConvolutionLayer layer, string x, List<AttributeProto> attributes)
    {
        if (layer.KernelSize == 1)
        {
            return x;
        }

        long before = layer.Stride == 2 && Padding == PaddingFlavor.TensorFlowSame ? 0 : 1;
        if (Pads == "auto" || (Pads != "pads" && layer.Stride == 1))
        {
            attributes.Add(OnnxTestGraph.Text("auto_pad", "SAME_UPPER"));
            return x;
        }

        long[] pads = [0, 0, before, before, 0, 0, 1, 1];
        switch (Pads)
        {
            case "node":
                return _graph.Node("Pad", [x, _graph.Ints(pads), _graph.Scalar(0)]);
            case "node of axes":
                return _graph.Node("Pad", [x, _graph.Ints(before, before, 1, 1), "", _graph.Ints(2, -1)]);
            case "node of attributes":
                attributes.Add(OnnxTestGraph.Text("auto_pad", "VALID"));
                return _graph.Node("Pad", [x], OnnxTestGraph.List("pads", pads), OnnxTestGraph.Text("mode", "constant"));
            default:
                attributes.Add(OnnxTestGraph.List("pads", before, before, 1, 1));
                return x;
        }
    }

    private string Activate(string x)
    {
        switch (Activation)
        {
            case "attributes":
                return _graph.Node("Clip", [x], OnnxTestGraph.Real("min", 0), OnnxTestGraph.Real("max", 6));
            case "relu clip":
                return _graph.Node("Clip", [_graph.Node("Relu", [x]), "", _graph.Scalar(6)]);
            case "one-sided":
                return _graph.Node("Clip", [_graph.Node("Clip", [x, "", _graph.Scalar(6)]), _graph.Scalar(0)]);
            case "min max":
                return _graph.Node("Max", [_graph.Scalar(0), _graph.Node("Min", [x, _graph.Scalar(6)])]);
            case "max min":
                return _graph.Node("Min", [_graph.Scalar(6), _graph.Node("Max", [x, _graph.Scalar(0)])]);
            case "relu min":
                return _graph.Node("Min", [_graph.Node("Relu", [x]), _graph.Scalar(6)]);
            case "min relu":
                return _graph.Node("Relu", [_graph.Node("Min", [x, _graph.Scalar(6)])]);
            default:
                return _graph.Node("Clip", [x, _graph.Scalar(0), _graph.Scalar(6)]);
        }
    }

    private string Average(string x)
    {
        AttributeProto kept = OnnxTestGraph.Int("keepdims", 1);
        AttributeProto lost = OnnxTestGraph.Int("keepdims", 0);
        string pooled = Pool switch
        {
            "mean" => _graph.Node("ReduceMean", [x], OnnxTestGraph.List("axes", 2, 3), kept),
            "mean input" => _graph.Node("ReduceMean", [x, _graph.Ints(2, 3)], kept),
            "mean of negative axes" => _graph.Node("ReduceMean", [x], OnnxTestGraph.List("axes", -1, -2), lost),
            "square" => _graph.Node("AveragePool", [x], OnnxTestGraph.List("kernel_shape", Side / 32, Side / 32)),
            "lines" => _graph.Node(
                "ReduceMean", [_graph.Node("ReduceMean", [x], OnnxTestGraph.List("axes", 3), lost)], OnnxTestGraph.List("axes", 2), lost),
            "lines kept" => _graph.Node(
                "ReduceMean", [_graph.Node("ReduceMean", [x], OnnxTestGraph.List("axes", 2), kept)], OnnxTestGraph.List("axes", -1), lost),
            "last" => _graph.Node(
                "ReduceMean", [_graph.Node("Transpose", [x], OnnxTestGraph.List("perm", 0, 2, 3, 1))], OnnxTestGraph.List(
                    "axes", 1, 2), lost),
            _ => _graph.Node("GlobalAveragePool", [x]),
        };
        return Shape switch
        {
            "flatten" => _graph.Node("Flatten", [pooled], OnnxTestGraph.Int("axis", 1)),
            "reshape" => _graph.Node("Reshape", [pooled, _graph.Ints(-1, Weights.FeatureCount)]),
            "squeeze" when Opset < 13 => _graph.Node("Squeeze", [pooled], OnnxTestGraph.List("axes", 2, 3)),
            "squeeze" => _graph.Node("Squeeze", [pooled, _graph.Ints(2, 3)]),
            "transpose" => _graph.Node("Flatten", [_graph.Node("Transpose", [pooled], OnnxTestGraph.List("perm", 0, 2, 3, 1))]),
            "dynamic" => _graph.Node("Reshape", [pooled, DynamicShape(pooled)]),
            _ => pooled,
        };
    }

    // The shape as PyTorch works it out from the batch.
    private string DynamicShape(string pooled)
    {
        string batch = _graph.Node("Gather", [_graph.Node("Shape", [pooled]), _graph.Ints(0)], OnnxTestGraph.Int("axis", 0));
        return _graph.Node("Concat", [batch, _graph.Ints(-1)], OnnxTestGraph.Int("axis", 0));
    }

    private string Classify(MobileNetV2Weights weights, string x)
    {
        int features = weights.FeatureCount;
        float[] kernel = weights.Tensors["classifier.1.weight"].Values.ToArray();
        float[] columns = [.. Enumerable.Range(0, kernel.Length).Select(i => kernel[(i % Classes * features) + (i / Classes)])];
        float[] bias = weights.Tensors["classifier.1.bias"].Values.ToArray();
        switch (Classifier)
        {
            case "gemm of columns":
                return _graph.Node("Gemm", [x, _graph.Constant(columns, features, Classes), _graph.Constant(bias, 1, Classes)]);
            case "matmul":
                return _graph.Node("MatMul", [x, _graph.Constant(columns, features, Classes)]);
            case "matmul add":
                return _graph.Node(
                    "Add", [_graph.Node("MatMul", [x, _graph.Constant(columns, features, Classes)]), _graph.Constant(bias, Classes)]);
            case "add matmul":
                return _graph.Node(
                    "Add", [_graph.Constant(bias, Classes), _graph.Node("MatMul", [x, _graph.Constant(columns, features, Classes)])]);
            case "conv":
                string scores = _graph.Node("Conv", [x, _graph.Constant(kernel, Classes, features, 1, 1), _graph.Constant(bias, Classes)]);
                return _graph.Node("Flatten", [scores]);
            case "two":
                return _graph.Node("Relu", [Gemm(kernel, bias, x, features)]);
            default:
                return Gemm(kernel, bias, x, features);
        }
    }

    private string Gemm(float[] kernel, float[] bias, string x, int features) => _graph.Node(
        "Gemm", [x, _graph.Constant(kernel, Classes, features), _graph.Constant(bias, Classes)], OnnxTestGraph.Int(
            "transB", 1), OnnxTestGraph.Real("alpha", 1));
}
