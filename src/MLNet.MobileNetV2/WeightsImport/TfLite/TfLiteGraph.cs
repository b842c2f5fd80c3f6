using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>Brings the operators of a TFLite graph to the form that is recognised. Their tensors keep their numbers.</summary>
internal sealed class TfLiteGraph
{
    // Far beyond any network that has MobileNetV2 within it: every operator is looked at before the first is recognised.
    private const int MaxOperators = 20_000;
    private const int MaxInputs = 8;

    private const int DenseOptions = 8;
    private const int ConcatenationOptions = 10;
    private const int AdditionOptions = 11;
    private const int ResizeOptions = 15;

    private readonly TfLiteModel _model;
    private readonly Dictionary<int, int> _same = [];
    private readonly Dictionary<int, (int Input, ConvolutionPadding Pads)> _padded = [];
    private readonly List<GraphStep> _steps = [];

    private TfLiteGraph(TfLiteModel model) => _model = model;

    /// <summary>The graph.</summary>
    /// <exception cref="WeightsFormatException">The file is damaged, or does not take a square image.</exception>
    public static NetworkGraph Read(string source, long length, TfLiteModel model)
    {
        if (model.OperatorCount > MaxOperators)
        {
            throw model.Error($"its graph has {model.OperatorCount:N0} operators; up to {MaxOperators:N0} are allowed.");
        }

        int side = ImageSide.Check(source, model.Tensor(model.Input).ImageSides());
        var graph = new TfLiteGraph(model);
        for (int i = 0; i < model.OperatorCount; i++)
        {
            graph.Visit(model.Operator(i));
        }

        return new(source, length, side, new HashSet<int> { model.Input }, graph._steps);
    }

    private void Visit(TfLiteOperator op)
    {
        if (op.OptionalOutput is not { } output)
        {
            return;
        }

        GraphStep? step;
        try
        {
            step = Step(op, output);
        }
        catch (WeightsFormatException e)
        {
            // Other operators may surround MobileNetV2: they matter only where the network needs them.
            step = new OtherStep(op.Place, Inputs(op), output, op.WithoutPlace(e.Reason));
        }

        if (step is not null)
        {
            _steps.Add(step);
        }
    }

    private GraphStep? Step(TfLiteOperator op, int output)
    {
        switch (op.Code)
        {
            case TfLiteOperatorCode.Conv2D or TfLiteOperatorCode.DepthwiseConv2D:
                return _padded.TryGetValue(Same(op.Input(0)), out (int Input, ConvolutionPadding Pads) padded)
                    ? TfLiteConvolution.Read(_model, op, padded.Input, Same, padded.Pads)
                    : TfLiteConvolution.Read(_model, op, Same(op.Input(0)), Same, null);
            case TfLiteOperatorCode.FullyConnected:
                return Dense(op);
            case TfLiteOperatorCode.Add:
                TfLiteActivation.CheckNone(op, AdditionOptions);
                return new AdditionStep(op.Place, Same(op.Input(0)), Same(op.Input(1)), output);
            case TfLiteOperatorCode.AveragePool2D or TfLiteOperatorCode.Mean:
                return new PoolStep(op.Place, Same(op.Input(0)), output, ResultCount: ResultCount(output));
            case TfLiteOperatorCode.Reshape or TfLiteOperatorCode.Squeeze:
                return new ReshapeStep(op.Place, Same(op.Input(0)), output);
            case TfLiteOperatorCode.Concatenation:
                return Concatenation(op, output);
            case TfLiteOperatorCode.ResizeBilinear:
                return Resize(op, output);
            case TfLiteOperatorCode.Softmax or TfLiteOperatorCode.Logistic or TfLiteOperatorCode.ArgMax:
                return new ScoreStep(op.Place, Same(op.Input(0)), output);
            case TfLiteOperatorCode.Pad:
                _padded.TryAdd(output, (Same(op.Input(0)), Pads(op)));
                return null;
            case TfLiteOperatorCode.Quantize or TfLiteOperatorCode.Dequantize:
                _same.TryAdd(output, Same(op.Input(0)));
                return null;
            default:
                return new OtherStep(op.Place, Inputs(op), output);
        }
    }

    private DenseStep Dense(TfLiteOperator op)
    {
        TfLiteActivation.CheckNone(op, DenseOptions);
        TfLiteTensor kernel = _model.Tensor(Same(op.Input(1)));
        int[] shape = kernel.Shape();
        int? bias = op.OptionalInput(2) is { } tensor ? Same(tensor) : null;
        return new(op.Place, Same(op.Input(0)), op.Output, op.Output, shape, () => new LayerWeights(
            new(shape, kernel.Values(shape, 0)), bias is { } found ? _model.Tensor(found).Values([shape[0]], 0) : null));
    }

    private ConcatenationStep Concatenation(TfLiteOperator op, int output)
    {
        FlatTable options = op.Options(ConcatenationOptions);
        (int axis, byte activation) = (options.Int32(0), options.Byte(1));
        return axis is 3 or -1 && activation == 0
            ? new(op.Place, Inputs(op), output)
            : throw op.Error($"it joins along dimension {axis} with activation {activation}; channels (3) and none (0) are allowed.");
    }

    private ResizeStep Resize(TfLiteOperator op, int output)
    {
        // The sides were fields 0 and 1 in old files.
        FlatTable options = op.Options(ResizeOptions);
        (bool isAligned, bool hasHalfPixels) = (options.Byte(2) != 0, options.Byte(3) != 0);
        int[] shape = _model.Tensor(output).Shape();
        return isAligned && !hasHalfPixels && shape is [_, > 0 and var height, var width, _] && height == width
            ? new(op.Place, Same(op.Input(0)), output, height)
            : throw op.Error($"it resizes to {TensorShape.Show(shape)}; a square, with aligned corners, is allowed.");
    }

    private ConvolutionPadding Pads(TfLiteOperator op)
    {
        int[] pads = _model.Tensor(op.Input(1)).Int32Values(8);
        return pads is [0, 0, >= 0, >= 0, var before, var after, 0, 0] && before == pads[2] && after == pads[3]
            ? new(before, after)
            : throw op.Error($"it pads by {TensorShape.Show(pads)}; rows and columns alike, and nothing else, are allowed.");
    }

    // The first dimension is the batch.
    private int? ResultCount(int output) => TensorShape.Count([.. _model.Tensor(output).Shape().Skip(1)]) ?? 0;

    private int[] Inputs(TfLiteOperator op) => [.. op.Inputs(MaxInputs).Select(
        tensor => _padded.TryGetValue(Same(tensor), out (int Input, ConvolutionPadding Pads) padded) ? padded.Input : Same(tensor))];

    private int Same(int tensor) => _same.GetValueOrDefault(tensor, tensor);
}
