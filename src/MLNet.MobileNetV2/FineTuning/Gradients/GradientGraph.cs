using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// The ONNX graph of a training step for a fixed number of samples. In: the samples, their targets and weights, the trained tensors;
/// out: the losses, the hits and the gradients. Operators are ordinary ones of opset 17. Not thread-safe.
/// </summary>
internal sealed class GradientGraph
{
    private readonly GraphScope _scope;

    /// <summary>A graph that was written.</summary>
    public GradientGraph(GraphScope scope) => _scope = scope;

    /// <summary>Number of samples.</summary>
    public int Samples => _scope.Samples;

    /// <summary>The inputs in order.</summary>
    public IReadOnlyList<GraphTensor> Inputs => _scope.Inputs;

    /// <summary>The outputs in order.</summary>
    public IReadOnlyList<GraphTensor> Outputs => _scope.Outputs;

    /// <summary>The nodes that C# computes.</summary>
    public IReadOnlyList<ManagedOperator> Operators => _scope.Operators;

    /// <summary>Writes a graph.</summary>
    /// <param name="part">What is trained.</param>
    /// <param name="options">How.</param>
    /// <param name="samples">Number of samples.</param>
    /// <param name="epsilon">What batch norm adds to the variance.</param>
    /// <param name="depth">Depth of the deepest layer that needs a gradient: nothing goes back beyond it.</param>
    public static GradientGraph Write(TrainedPart part, GradientOptions options, int samples, float epsilon, int depth)
    {
        var scope = new GraphScope(samples);
        var graph = new GradientGraph(scope);
        if (part.Blocks.Count == 0)
        {
            new LossGradients(scope, part, options).Write(scope.Input(GraphNames.Input, samples, part.FeatureCount), withInput: false);
            return graph;
        }

        var convolutions = new ConvolutionGradients(scope, epsilon);
        ILayerGradients layers = options.BatchNorm == BatchNormTraining.BatchStatistics
            ? new StatisticsLayerGradients(scope, convolutions, epsilon)
            : new FoldedLayerGradients(scope, convolutions, withBias: options.BatchNorm == BatchNormTraining.ScaleAndShift);
        var blocks = new BlockGradients(scope, layers);
        MapValue last = blocks.Forward(part.Blocks, WriteInput(scope, part.Blocks[0].Layers[0]));
        TrainedLayer? first = part.Layers.FirstOrDefault(layer => layer.Depth <= depth);
        var loss = new LossGradients(scope, part, options);
        if (part.MapShape is not null)
        {
            blocks.Backward(part.Blocks, loss.WriteMap(last), first);
        }
        else if (loss.Write(Pool(scope, last), withInput: depth > 0) is { } gradient)
        {
            blocks.Backward(part.Blocks, Unpool(scope, last, gradient), first);
        }

        scope.WriteLast();
        return graph;
    }

    private static string Pool(GraphScope scope, MapValue x)
    {
        string average = scope.Graph.Node(
            "ReduceMean",
            "average",
            [scope.As(x, MapForm.Planes).Name],
            OnnxGraphBuilder.Attribute("axes", [2L]),
            OnnxGraphBuilder.Attribute("keepdims", 0));
        return scope.Graph.Node("Transpose", "features", [average], OnnxGraphBuilder.Attribute("perm", 1L, 0L));
    }

    private static MapValue Unpool(GraphScope scope, MapValue x, string gradient)
    {
        string transposed = scope.Graph.Node("Transpose", "features.turned", [gradient], OnnxGraphBuilder.Attribute("perm", 1L, 0L));
        string share = scope.Scalar("plane.share", (float)(1.0 / ((double)x.Side * x.Side)));
        string each = scope.Graph.Node("Mul", "average.gradient", [transposed, share]);
        string plane = scope.Graph.Node("Unsqueeze", "plane.gradient", [each, scope.Numbers(2)]);
        string shape = scope.Numbers(scope.Shape(x, MapForm.Planes));
        return new(scope.Graph.Node("Expand", "planes.gradient", [plane, shape]), MapForm.Planes, x.Channels, x.Side);
    }

    private static MapValue WriteInput(GraphScope scope, TrainedLayer first)
    {
        (int channels, int side) = first.IsStem ? (first.KernelRow, first.OutputSide) : (first.Layer.InputChannels, first.InputSide);
        return scope.InputMap(GraphNames.Input, channels, side);
    }

    /// <summary>The graph as a model file has it.</summary>
    public byte[] ToBytes() => _scope.Graph.ToBytes();
}
