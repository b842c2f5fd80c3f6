using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Weights.Formats;

/// <summary>
/// Reads the weights of a MobileNetV2 from a TFLite file: float32, or quantised to uint8 or int8 (a tensor or a channel), which
/// is dequantised. The operators are walked in order and each must be the one that the network has there.
/// </summary>
/// <remarks>Such networks pad as <see cref="PaddingFlavor.TensorFlowSame"/>; that is checked too.</remarks>
internal sealed class TfLiteReader
{
    private readonly TfLiteModel _model;
    private readonly Dictionary<string, WeightTensor> _tensors = new(StringComparer.Ordinal);
    private int _nextStep;
    private int _current;
    private int _blockInput;
    private bool _isPadded;
    private bool _needsShortcut;
    private bool _isPooled;

    private TfLiteReader(TfLiteModel model)
    {
        _model = model;
        _current = model.Input;
    }

    /// <summary>Whether a file begins as a TFLite file does.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> file) => file.Length >= 8 && file.Slice(4, 4).SequenceEqual("TFL3"u8);

    /// <summary>The tensors by their torchvision names.</summary>
    /// <param name="source">The file's name for messages.</param>
    /// <param name="file">Its bytes.</param>
    /// <exception cref="WeightsFormatException">The file is damaged or holds another network.</exception>
    public static IReadOnlyDictionary<string, WeightTensor> Read(string source, ReadOnlyMemory<byte> file)
    {
        var model = new TfLiteModel(source, file);
        var reader = new TfLiteReader(model);
        for (int i = 0; i < model.OperatorCount; i++)
        {
            reader.Visit(model.Operator(i));
        }

        return reader._nextStep == TfLiteStep.All.Count && !reader._needsShortcut
            ? reader._tensors
            : throw model.Error($"its graph ends after {reader._nextStep} of the {TfLiteStep.All.Count} convolutions of MobileNetV2.");
    }

    private void Visit(TfLiteOperator op)
    {
        if (_needsShortcut && op.Code is not (TfLiteOperatorCode.Add or TfLiteOperatorCode.Quantize or TfLiteOperatorCode.Dequantize))
        {
            throw op.Error("the block before it needs an addition of its input.");
        }

        switch (op.Code)
        {
            case TfLiteOperatorCode.Conv2D or TfLiteOperatorCode.DepthwiseConv2D when _nextStep < TfLiteStep.All.Count:
                ReadConvolution(op, TfLiteStep.All[_nextStep++]);
                break;
            case TfLiteOperatorCode.Conv2D or TfLiteOperatorCode.FullyConnected when _isPooled:
                ReadClassifier(op);
                break;
            case TfLiteOperatorCode.Add:
                CheckShortcut(op);
                break;
            case TfLiteOperatorCode.Pad when !_isPadded && _nextStep < TfLiteStep.All.Count && TfLiteStep.All[_nextStep].Layer.Stride > 1:
                CheckPad(op);
                break;
            case TfLiteOperatorCode.AveragePool2D or TfLiteOperatorCode.Mean when _nextStep == TfLiteStep.All.Count:
                CheckPool(op);
                break;
            case TfLiteOperatorCode.Reshape or TfLiteOperatorCode.Squeeze or TfLiteOperatorCode.Softmax when _isPooled:
            case TfLiteOperatorCode.Quantize or TfLiteOperatorCode.Dequantize:
                CheckInput(op, _current);
                break;
            default:
                throw op.Error($"MobileNetV2 has no such operator after {_nextStep} convolutions.");
        }

        _current = op.Output;
    }

    private void ReadConvolution(TfLiteOperator op, TfLiteStep step)
    {
        CheckInput(op, _current);
        TfLiteConvolution.Check(op, step.Layer, _isPadded);
        _isPadded = false;
        _blockInput = step.StartsBlock ? _current : _blockInput;
        _needsShortcut = step.EndsWithShortcut;

        ConvolutionLayer layer = step.Layer;
        int[] shape = step.KernelShape;
        float[] kernel = _model.Tensor(op.Input(1)).Values(shape, layer.IsDepthwise ? shape.Length - 1 : 0);
        kernel = layer.IsDepthwise
            ? KernelLayout.FromHwc(kernel, layer.OutputChannels)
            : KernelLayout.FromOhwi(kernel, layer.OutputChannels, layer.InputChannels);
        _tensors.Add($"{layer.Name}.weight", new(layer.KernelShape, kernel));
        _tensors.Add($"{layer.Name}.bias", new([layer.OutputChannels], _model.Tensor(op.Input(2)).Values([layer.OutputChannels], 0)));
    }

    private void ReadClassifier(TfLiteOperator op)
    {
        const string Name = MobileNetV2Architecture.ClassifierName;
        CheckInput(op, _current);
        TfLiteTensor weight = _model.Tensor(op.Input(1));
        int[] shape = weight.Shape();
        int classes = shape.Length > 0 ? shape[0] : 0;
        if (classes < 1 || !_tensors.TryAdd($"{Name}.bias", new([classes], _model.Tensor(op.Input(2)).Values([classes], 0))))
        {
            throw op.Error("one classifier of at least one class is allowed.");
        }

        int[] needed = op.Code == TfLiteOperatorCode.Conv2D
            ? [classes, 1, 1, MobileNetV2Architecture.DefaultFeatureCount]
            : [classes, MobileNetV2Architecture.DefaultFeatureCount];
        float[] values = weight.Values(needed, 0);
        _tensors.Add($"{Name}.weight", new([classes, MobileNetV2Architecture.DefaultFeatureCount], values));
    }

    private void CheckShortcut(TfLiteOperator op)
    {
        (int first, int second) = (op.Input(0), op.Input(1));
        bool addsBlockInput = (first == _current && second == _blockInput) || (first == _blockInput && second == _current);
        if (!_needsShortcut || !addsBlockInput)
        {
            throw op.Error("it must add a block's input to its output, in a block that has such a shortcut.");
        }

        _needsShortcut = false;
    }

    private void CheckPad(TfLiteOperator op)
    {
        CheckInput(op, _current);
        ReadOnlySpan<int> same = [0, 0, 0, 1, 0, 1, 0, 0];
        if (!_model.Tensor(op.Input(1)).Int32Values(same.Length).AsSpan().SequenceEqual(same))
        {
            throw op.Error("no row and column before and one after is the allowed padding.");
        }

        _isPadded = true;
    }

    private void CheckPool(TfLiteOperator op)
    {
        CheckInput(op, _current);
        int[] shape = _model.Tensor(op.Output).Shape();
        if (_isPooled || TensorShape.Count(shape) != MobileNetV2Architecture.DefaultFeatureCount)
        {
            throw op.Error(
                $"its output has shape {TensorShape.Show(shape)}; one average of {MobileNetV2Architecture.DefaultFeatureCount} features is allowed.");
        }

        _isPooled = true;
    }

    private static void CheckInput(TfLiteOperator op, int tensor)
    {
        if (op.Input(0) != tensor)
        {
            throw op.Error($"it takes the tensor {op.Input(0)}; the network goes on from the tensor {tensor}.");
        }
    }
}
