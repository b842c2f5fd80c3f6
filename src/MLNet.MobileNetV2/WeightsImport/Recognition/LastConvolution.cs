using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>Finds the last convolution among the expansions, which are 1x1 convolutions with ReLU6 as well.</summary>
internal static class LastConvolution
{
    /// <summary>No width multiplier gives fewer channels: below 1 it leaves them at 1280, and rounding takes a tenth at most.</summary>
    public const int LeastChannels = 1152;

    /// <summary>
    /// The one after the most inverted residuals that is averaged over the image, or at least does not lead on to a depthwise
    /// convolution alone; null where there is none.
    /// </summary>
    /// <exception cref="WeightsFormatException">Several could be it, or its average is not over the whole map.</exception>
    public static GraphPoint? Choose(string source, IReadOnlyList<GraphPoint> widened)
    {
        GraphPoint? last = null;
        GraphPoint? rival = null;
        foreach (GraphPoint point in widened.Where(CanBe))
        {
            int order = last is null ? 1 : (point.Blocks, point.IsPooled).CompareTo((last.Blocks, last.IsPooled));
            if (order > 0 || (order == 0 && point.Layer!.Origin == last!.Layer!.Origin))
            {
                (last, rival) = (point, null);
            }
            else if (order == 0)
            {
                rival = point;
            }
        }

        if (rival is not null)
        {
            throw new WeightsFormatException(
                source, $"{rival.Layer!.Place} and {last!.Layer!.Place} could both be the last convolution; one is allowed.");
        }

        return last is { IsPooled: false, PoolProblem: { } problem } ? throw new WeightsFormatException(source, problem) : last;
    }

    private static bool CanBe(GraphPoint point) =>
        point.IsPooled || (point.Channels >= LeastChannels && (point.FeedsOther || !point.FeedsDepthwise));
}
