using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>
/// Finds a MobileNetV2 in a graph by its operators alone. Every tensor on a path from the image that a MobileNetV2 can have becomes a
/// <see cref="GraphPoint"/>; operators off such paths are skipped. The longest path to a last convolution is the network.
/// </summary>
internal sealed class NetworkRecognizer
{
    private readonly NetworkGraph _graph;
    private readonly Dictionary<int, GraphPoint> _points = [];
    private readonly HashSet<int> _given;
    private readonly List<GraphPoint> _widened = [];
    private GraphPoint? _deepest;
    private int _failedAfter = -1;
    private string _failure = "";

    private NetworkRecognizer(NetworkGraph graph)
    {
        _graph = graph;
        _given = [.. graph.Images];
        foreach (int image in graph.Images)
        {
            Reach(GraphPoint.Image(image, graph.Side));
        }
    }

    /// <summary>The network.</summary>
    /// <exception cref="WeightsFormatException">There is none; the message names the operator at which the longest path ends.</exception>
    public static RecognizedNetwork Recognize(NetworkGraph graph)
    {
        NetworkRecognizer recognizer = Visit(graph);
        GraphPoint last = LastConvolution.Choose(graph.Source, recognizer._widened) ?? throw recognizer.NoNetwork();
        HashSet<int> features = [.. recognizer._points.Values
            .Where(point => point.Kind == GraphPointKind.Pooled && point.Before == last)
            .Select(point => point.Tensor)];
        return RecognizedPath.Of(graph, last, ClassifierSearch.Find(graph, features, last.Channels));
    }

    /// <summary>The network without a last convolution, and the tensor behind its last block: what a head of another kind takes.</summary>
    /// <exception cref="WeightsFormatException">There is no block, or two paths have as many.</exception>
    public static (RecognizedNetwork Network, int Map) RecognizeBlocks(NetworkGraph graph)
    {
        NetworkRecognizer recognizer = Visit(graph);
        int most = recognizer._deepest?.Blocks ?? 0;
        GraphPoint[] ends =
        [
            .. recognizer._points.Values.Where(
                point => point.Kind == GraphPointKind.BlockOutput && point.Blocks == most && point.Before is not null),
        ];
        return ends is [var last] && most > 0
            ? (RecognizedPath.Of(graph, last, classifier: null), last.Tensor)
            : throw new WeightsFormatException(
                graph.Source,
                $"its graph has {ends.Length} paths of {most} inverted residuals; one is needed. "
                + $"The longest ends so: {recognizer._failure}");
    }

    private static NetworkRecognizer Visit(NetworkGraph graph)
    {
        var recognizer = new NetworkRecognizer(graph);
        foreach (GraphStep step in graph.Steps)
        {
            recognizer.Visit(step);
        }

        return recognizer;
    }

    private void Visit(GraphStep step)
    {
        if (!_given.Add(step.Output))
        {
            throw new WeightsFormatException(_graph.Source, $"{step.Place}: it gives a tensor that an operator before it gives already.");
        }

        switch (step)
        {
            case AdditionStep addition:
                Add(addition);
                break;
            case ConvolutionStep convolution when _points.TryGetValue(convolution.Input, out GraphPoint? input):
                Convolve(convolution, input);
                break;
            case PoolStep pool when _points.TryGetValue(pool.Input, out GraphPoint? input):
                Pool(pool, input);
                break;
            case ReshapeStep reshape when _points.TryGetValue(reshape.Input, out GraphPoint? input) && input.Kind == GraphPointKind.Pooled:
                Reach(input.Pool(reshape.Output));
                break;
            default:
                PassOver(step, (step as OtherStep)?.Reason);
                break;
        }
    }

    private void Convolve(ConvolutionStep step, GraphPoint input)
    {
        input.FeedsDepthwise |= step.IsDepthwise;
        input.FeedsOther |= !step.IsDepthwise;
        (LayerRole? role, GraphPointKind kind) = input.Kind switch
        {
            GraphPointKind.Image => (LayerRole.Stem, GraphPointKind.BlockOutput),
            GraphPointKind.BlockOutput when step.KernelShape is [.., 1, 1] => (LayerRole.Expansion, GraphPointKind.Widened),
            GraphPointKind.BlockOutput or GraphPointKind.Widened => (LayerRole.Depthwise, GraphPointKind.Filtered),
            GraphPointKind.Filtered when HasShortcut(step, input) => (LayerRole.Projection, GraphPointKind.Projected),
            GraphPointKind.Filtered => (LayerRole.Projection, GraphPointKind.BlockOutput),
            _ => ((LayerRole?)null, default),
        };
        if (role is null)
        {
            PassOver(step, input.Kind == GraphPointKind.Projected ? "the block before it needs an addition of its input." : null);
        }
        else if (role.Problem(step, input) is { } problem)
        {
            // Where the convolution alone is right, what follows it is wrong.
            Fail(step, _points.GetValueOrDefault(step.Origin) ?? input, problem);
        }
        else
        {
            Reach(input.Convolve(step, kind, StridePadding.Flavor(step, input.Side)));
        }
    }

    private static bool HasShortcut(ConvolutionStep projection, GraphPoint filtered) =>
        filtered.Layer!.Stride == 1 && filtered.BlockInput!.Channels == projection.Channels;

    private void Add(AdditionStep step)
    {
        GraphPoint? first = _points.GetValueOrDefault(step.First);
        GraphPoint? second = _points.GetValueOrDefault(step.Second);
        GraphPoint? projected = first?.Kind == GraphPointKind.Projected ? first : second;
        GraphPoint? other = projected == first ? second : first;
        if (projected?.Kind == GraphPointKind.Projected && projected.BlockInput == other)
        {
            Reach(projected.AddBlockInput(step.Output));
        }
        else if ((first ?? second) is { } one && (first is null || second is null))
        {
            // The path to the other one has failed already, or never began.
            one.FeedsOther = true;
        }
        else
        {
            PassOver(step, "it must add a block's input to its output, in a block that has such a shortcut.");
        }
    }

    private void Pool(PoolStep step, GraphPoint input)
    {
        if (input.Kind != GraphPointKind.Widened)
        {
            PassOver(step, null);
            return;
        }

        input.FeedsOther = true;
        bool isWhole = step.KernelSide is null || step.KernelSide == input.Side;
        if (isWhole && (step.ResultCount ?? input.Channels) == input.Channels)
        {
            input.IsPooled = true;
            Reach(input.Pool(step.Output));
            return;
        }

        string found = isWhole ? $"it gives {step.ResultCount} values" : $"it averages over {step.KernelSide} x {step.KernelSide}";
        input.PoolProblem =
            $"{step.Place}: {found}; one average over {input.Side} x {input.Side} of each of {input.Channels} channels is allowed.";
        Fail(input.PoolProblem, input);
    }

    private void PassOver(GraphStep step, string? reason)
    {
        foreach (int input in step.Inputs)
        {
            if (_points.TryGetValue(input, out GraphPoint? point))
            {
                point.FeedsOther = true;
                Fail(step, point, reason ?? $"MobileNetV2 has no such operator after {point.Convolutions} convolutions.");
            }
        }
    }

    private void Reach(GraphPoint point)
    {
        _points.Add(point.Tensor, point);
        _deepest = point.Convolutions >= (_deepest?.Convolutions ?? 0) ? point : _deepest;
        if (point.Kind == GraphPointKind.Widened)
        {
            _widened.Add(point);
        }
    }

    private void Fail(GraphStep step, GraphPoint after, string reason) => Fail($"{step.Place}: {reason}", after);

    private void Fail(string failure, GraphPoint after)
    {
        if (after.Convolutions >= _failedAfter)
        {
            (_failedAfter, _failure) = (after.Convolutions, failure);
        }
    }

    private WeightsFormatException NoNetwork()
    {
        int count = _deepest?.Convolutions ?? 0;
        string missing = _deepest?.Kind == GraphPointKind.Projected
            ? $"inverted residual {_deepest.Blocks + 1} needs an addition of its input"
            : $"{_deepest?.Blocks ?? 0} inverted residuals are there, and no last 1x1 convolution of "
                + $"{LastConvolution.LeastChannels} channels or more follows";
        return new(
            _graph.Source, _failedAfter >= count ? _failure : $"its graph ends after {count} convolutions of MobileNetV2: {missing}.");
    }
}
