using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;

namespace MLNet.MobileNetV2.Tests.WeightsImport.TfLite;

/// <summary>
/// A TFLite file with a whole MobileNetV2 of any width and input side, laid out by hand from TensorFlow Lite's schema; a test may change
/// any part before.
/// </summary>
internal sealed class TfLiteTestFile
{
    public const int Add = 0, AveragePool = 1, Concatenation = 2, Conv = 3, Depthwise = 4, Dequantize = 6, FullyConnected = 9;
    public const int Reshape = 22, ResizeBilinear = 23, Softmax = 25, Pad = 34, ArgMax = 56, Quantize = 114;
    public const byte Float32 = 0, Int32 = 2, UInt8 = 3, Int8 = 9;

    private static readonly int[] s_samePaddings = [0, 0, 0, 1, 0, 1, 0, 0];

    private readonly byte _type;
    private readonly Random _random = new(7);

    public TfLiteTestFile(
        byte type,
        bool padsApart = false,
        int classes = 0,
        bool isFullyConnected = false,
        double width = 1,
        int side = 224,
        int outputStride = 32,
        int segmentationClasses = 0)
    {
        _type = type;
        Network = new MobileNetV2Architecture(classes, width, outputStride: outputStride);
        int current = AddTensor([1, side, side, 3]);
        current = AddConvolution(Network.Stem, current, padsApart);
        foreach (InvertedResidualBlock block in Network.Blocks)
        {
            int blockInput = current;
            current = block.Expansion is null ? current : AddConvolution(block.Expansion, current, padsApart);
            current = AddConvolution(block.Depthwise, current, padsApart);
            current = AddConvolution(block.Projection, current, padsApart);
            current = block.HasShortcut ? AddOperator(Add, [1], current, blockInput) : current;
        }

        if (segmentationClasses > 0)
        {
            AddSegmentation(current, side, segmentationClasses);
            return;
        }

        current = AddConvolution(Network.LastConvolution, current, padsApart);
        if (classes > 0)
        {
            AddClassifier(AddOperator(AveragePool, [1, 1, 1, Network.FeatureCount], current), classes, isFullyConnected);
        }
    }

    /// <summary>The network of the file.</summary>
    public MobileNetV2Architecture Network { get; }

    public List<TfLiteTestTensor> Tensors { get; } = [];

    public List<TfLiteTestOperator> Operators { get; } = [];

    public uint Version { get; set; } = 3;

    public int GraphCount { get; set; } = 1;

    public string Identifier { get; set; } = "TFL3";

    /// <summary>Kernel and bias by the names of the network's tensors.</summary>
    public Dictionary<string, TfLiteTestTensor> Weights { get; } = [];

    public byte[] Write() => WriteWithStructure().File;

    /// <summary>
    /// Stores the weights in float16, and brings them back by operators before all others, as TensorFlow's converter does.
    /// </summary>
    public TfLiteTestFile ToFloat16()
    {
        foreach (TfLiteTestTensor tensor in Weights.Values)
        {
            int stored = AddTensor(tensor.Shape, 1, [.. Enumerable.Range(0, tensor.Data!.Length / 4)
                .SelectMany(i => BitConverter.GetBytes((Half)BitConverter.ToSingle(tensor.Data!, i * 4)))]);
            Operators.Insert(0, new(Dequantize, [stored], [Tensors.IndexOf(tensor)]));
            tensor.Data = null;
        }

        return this;
    }

    /// <summary>The file, and where its weights begin: all before is structure.</summary>
    public (byte[] File, int DataStart) WriteWithStructure()
    {
        int[] codes = [.. Operators.Select(op => op.Code).Distinct()];
        FlatTableNode[] buffers =
            [Table(), .. Tensors.Where(tensor => tensor.Data is not null).Select(tensor => Table((0, FlatVectorNode.Of(tensor.Data!))))];
        int buffer = 0;
        FlatTableNode[] tensors =
        [
            .. Tensors.Select(tensor => Table(
                (0, FlatVectorNode.Of(tensor.Shape)),
                (1, tensor.Type),
                (2, tensor.Data is null ? 0u : (uint)++buffer),
                (4, tensor.Scales is null ? null : Quantization(tensor)),
                (7, tensor.ShapeSignature is null ? null : FlatVectorNode.Of(tensor.ShapeSignature)))),
        ];
        FlatTableNode[] operators =
        [
            .. Operators.Select(op => Table(
                (0, (uint)Array.IndexOf(codes, op.Code)),
                (1, FlatVectorNode.Of(op.Inputs)),
                (2, FlatVectorNode.Of(op.Outputs)),
                (3, op.OptionsType),
                (4, op.Options is null ? null : new FlatTableNode(op.Options)))),
        ];
        FlatTableNode graph = Table(
            (0, FlatVectorNode.Of(tensors)), (1, FlatVectorNode.Of([0])), (2, FlatVectorNode.Of([1])), (3, FlatVectorNode.Of(operators)));
        FlatTableNode model = Table(
            (0, Version),
            (1, FlatVectorNode.Of(codes.Select(code => Table((0, (byte)Math.Min(code, 127)), (3, code))))),
            (2, FlatVectorNode.Of(Enumerable.Repeat(graph, GraphCount))),
            (4, FlatVectorNode.Of(buffers)));
        return FlatNode.Write(model, Identifier);
    }

    private static FlatTableNode Quantization(TfLiteTestTensor tensor) => Table(
        (2, FlatVectorNode.Of(tensor.Scales!)),
        (3, tensor.ZeroPoints is null ? null : FlatVectorNode.Of(tensor.ZeroPoints)),
        (6, tensor.ScaleDimension));

    private static FlatTableNode Table(params (int Field, object? Value)[] fields) =>
        new(fields.Where(field => field.Value is not null).ToDictionary(field => field.Field, field => field.Value!));

    private int AddConvolution(ConvolutionLayer layer, int input, bool padsApart)
    {
        bool isPadded = padsApart && layer.Stride == 2;
        if (isPadded)
        {
            int paddings = AddTensor([4, 2], Int32, [.. s_samePaddings.SelectMany(BitConverter.GetBytes)]);
            input = AddOperator(Pad, [1], input, paddings);
        }

        int side = layer.KernelSize;
        int kernel = layer.IsDepthwise
            ? AddWeights($"{layer.Name}.weight", [1, side, side, layer.OutputChannels], layer.OutputChannels, 3)
            : AddWeights($"{layer.Name}.weight", [layer.OutputChannels, side, side, layer.InputChannels], layer.OutputChannels, 0);
        int bias = AddBias($"{layer.Name}.bias", layer.OutputChannels);
        int code = layer.IsDepthwise ? Depthwise : Conv;
        int output = AddOperator(code, [1], input, kernel, bias);
        Operators[^1].Name = layer.Name;
        Operators[^1].OptionsType = (byte)(layer.IsDepthwise ? 2 : 1);
        Operators[^1].Options = new()
        {
            [0] = (byte)(isPadded ? 1 : 0),
            [1] = layer.Stride,
            [2] = layer.Stride,
            [layer.IsDepthwise ? 4 : 3] = (byte)(layer.Activation switch { Activation.ReLU6 => 3, Activation.ReLU => 1, _ => 0 }),
            [layer.IsDepthwise ? 5 : 4] = layer.Dilation,
            [layer.IsDepthwise ? 6 : 5] = layer.Dilation,
        };
        return output;
    }

    private void AddClassifier(int input, int classes, bool isFullyConnected)
    {
        int features = Network.FeatureCount;
        int[] shape = isFullyConnected ? [classes, features] : [classes, 1, 1, features];
        int kernel = AddWeights("classifier.1.weight", shape, classes, 0);
        int bias = AddBias("classifier.1.bias", classes);
        int logits = AddOperator(isFullyConnected ? FullyConnected : Conv, [1, 1, 1, classes], input, kernel, bias);
        if (!isFullyConnected)
        {
            Operators[^1].OptionsType = 1;
            Operators[^1].Options = new() { [1] = 1, [2] = 1 };
        }

        AddOperator(Reshape, [1, classes], logits);
    }

    private void AddSegmentation(int map, int side, int classes)
    {
        var head = new DeepLabV3Layers(Network, classes);
        int mapSide = head.Tap.ShapeOf(Network, side)[^1];
        int pooled = AddOperator(AveragePool, [1, 1, 1, head.Pooling.InputChannels], map);
        int everywhere = AddResize(AddConvolution(head.Pooling, pooled, padsApart: false), mapSide, head.Pooling.OutputChannels);
        int place = AddConvolution(head.Pointwise, map, padsApart: false);
        int joined = AddOperator(Concatenation, [1], everywhere, place);
        Operators[^1].OptionsType = 10;
        Operators[^1].Options = new() { [0] = 3 };
        int logits = AddConvolution(head.Logits, AddConvolution(head.Projection, joined, padsApart: false), padsApart: false);
        AddOperator(ArgMax, [1, side, side], AddResize(AddResize(logits, mapSide, classes), side, classes));
    }

    private int AddResize(int input, int side, int channels)
    {
        int output = AddOperator(ResizeBilinear, [1, side, side, channels], input);
        Operators[^1].OptionsType = 15;
        Operators[^1].Options = new() { [2] = (byte)1 };
        return output;
    }

    private int AddOperator(int code, int[] outputShape, params int[] inputs)
    {
        int output = AddTensor(outputShape);
        Operators.Add(new(code, inputs, [output]));
        return output;
    }

    private int AddWeights(string name, int[] shape, int channels, int channelAxis)
    {
        int count = shape.Aggregate((left, right) => left * right);
        int index = AddTensor(shape, _type, Data(_type, count));
        TfLiteTestTensor tensor = Weights[name] = Tensors[index];
        tensor.ScaleDimension = channelAxis;
        tensor.Scales = _type switch
        {
            Int8 => [.. Enumerable.Range(0, channels).Select(_ => (_random.NextSingle() * 0.01f) + 0.001f)],
            UInt8 => [0.0123f],
            _ => null,
        };
        tensor.ZeroPoints = _type == UInt8 ? [117] : _type == Int8 ? new long[channels] : null;
        return index;
    }

    private int AddBias(string name, int channels)
    {
        byte type = _type == Float32 ? Float32 : Int32;
        int index = AddTensor([channels], type, Data(type, channels));
        TfLiteTestTensor tensor = Weights[name] = Tensors[index];
        tensor.Scales = _type == Float32 ? null : [0.00321f];
        return index;
    }

    private int AddTensor(int[] shape, byte type = UInt8, byte[]? data = null)
    {
        Tensors.Add(new(shape, type, data));
        return Tensors.Count - 1;
    }

    private byte[] Data(byte type, int count)
    {
        byte[] data = new byte[type is Float32 or Int32 ? count * 4 : count];
        switch (type)
        {
            case Float32:
                for (int i = 0; i < count; i++)
                {
                    BitConverter.TryWriteBytes(data.AsSpan(i * 4), (_random.NextSingle() * 2) - 1);
                }

                break;
            case Int32:
                for (int i = 0; i < count; i++)
                {
                    BitConverter.TryWriteBytes(data.AsSpan(i * 4), _random.Next(-40_000_000, 40_000_000));
                }

                break;
            default:
                _random.NextBytes(data);
                break;
        }

        return data;
    }
}
