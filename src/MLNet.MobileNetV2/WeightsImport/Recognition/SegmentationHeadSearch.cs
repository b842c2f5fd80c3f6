using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>Finds DeepLabv3's reduced head behind a map of a graph.</summary>
internal sealed class SegmentationHeadSearch
{
    private static readonly OutputLimits s_relu = new(0, float.PositiveInfinity);

    private readonly NetworkGraph _graph;
    private readonly ILookup<int, GraphStep> _takers;

    private SegmentationHeadSearch(NetworkGraph graph)
    {
        _graph = graph;
        _takers = graph.Steps
            .SelectMany(step => step.Inputs.Distinct().Select(input => (input, step)))
            .ToLookup(pair => pair.input, pair => pair.step);
    }

    /// <summary>The head behind a map of a side and channels.</summary>
    /// <exception cref="WeightsFormatException">There is none, or it has another form; the operator is named.</exception>
    public static FoundHead Find(NetworkGraph graph, int map, int side, int channels)
    {
        var search = new SegmentationHeadSearch(graph);
        PoolStep pool = search.Only<PoolStep>(map, "an average of the map");
        if (pool.ResultCount is { } count && count != channels)
        {
            throw search.Error(pool, $"it gives {count} values; one average over the whole map of each of {channels} channels is needed.");
        }

        ConvolutionStep pooling = search.Pointwise(pool.Output, s_relu);
        ResizeStep resized = search.Only<ResizeStep>(pooling.Output, "a bilinear resize with aligned corners to the map");
        search.CheckSide(resized, side);
        ConvolutionStep pointwise = search.Pointwise(map, s_relu);
        ConcatenationStep joined = search.Only<ConcatenationStep>(resized.Output, "a concatenation");
        if (!joined.Inputs.SequenceEqual([resized.Output, pointwise.Output]))
        {
            throw search.Error(joined, "it must join the branch of the whole image and that of each place, in this order.");
        }

        ConvolutionStep projection = search.Pointwise(joined.Output, s_relu);
        ConvolutionStep logits = search.Pointwise(projection.Output, OutputLimits.None);
        search.CheckEnd(logits, side);
        return new(pool, pooling, pointwise, joined, projection, logits);
    }

    // A resize to the same side changes nothing.
    private void CheckEnd(ConvolutionStep logits, int side)
    {
        ResizeStep end = Only<ResizeStep>(logits.Output, "a bilinear resize with aligned corners to the image");
        if (end.Side == side)
        {
            end = Only<ResizeStep>(end.Output, "a bilinear resize with aligned corners to the image");
        }

        CheckSide(end, _graph.Side);
    }

    private ConvolutionStep Pointwise(int input, OutputLimits limits)
    {
        ConvolutionStep step = Only<ConvolutionStep>(input, "a 1x1 convolution");
        bool isPointwise = step is { KernelShape: [.., 1, 1], Stride: 1, Groups: 1, Dilation: 1 }
            && (step.Padding.IsSame || step.Padding == new ConvolutionPadding(0, 0));
        return isPointwise && step.Limits == limits ? step : throw Error(
            step,
            $"its kernel has shape {TensorShape.Show(step.KernelShape)} and its results are {step.Limits}; "
            + $"a 1x1 convolution with results {limits} is needed.");
    }

    private void CheckSide(ResizeStep step, int side)
    {
        if (step.Side != side)
        {
            throw Error(step, $"it resizes to {step.Side}; {side} is needed.");
        }
    }

    private T Only<T>(int tensor, string what)
        where T : GraphStep
    {
        T[] found = [.. _takers[tensor].OfType<T>()];
        if (found is [var only])
        {
            return only;
        }

        OtherStep? other = _takers[tensor].OfType<OtherStep>().FirstOrDefault();
        string place = other is { Reason: { } reason } ? $" {other.Place}: {reason}" : string.Empty;
        throw new WeightsFormatException(
            _graph.Source, $"its graph is not DeepLabv3's reduced head: {what} is needed once, and is there {found.Length} times.{place}");
    }

    private WeightsFormatException Error(GraphStep step, string reason) => new(_graph.Source, $"{step.Place}: {reason}");
}

/// <summary>The steps of DeepLabv3's reduced head in a graph.</summary>
internal sealed record FoundHead(
    PoolStep Pool,
    ConvolutionStep Pooling,
    ConvolutionStep Pointwise,
    ConcatenationStep Joined,
    ConvolutionStep Projection,
    ConvolutionStep Logits);
