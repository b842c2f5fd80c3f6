using System.Buffers;
using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Detection.Training.Gradients;

/// <summary>
/// Takes a sample's values out of the maps that predictors give, channels outermost, as rows of anchors, and puts gradients back. Immutable
/// and thread-safe.
/// </summary>
/// <param name="order">The order of the anchors.</param>
/// <param name="classes">Number of classes, without the background, whose channels nothing is learned of.</param>
/// <param name="samples">Samples of a run.</param>
internal sealed class PredictorExchange(AnchorOrder order, int classes, int samples)
{
    private const int BoxValues = SsdLiteLayers.BoxValues;

    /// <summary>Computes the loss of a sample and its gradient.</summary>
    /// <param name="run">
    /// In: boxes and classes of each map, the targets, the weights; out: the gradients of the former in the same order, and the losses.
    /// </param>
    /// <param name="sample">Which sample.</param>
    /// <param name="loss">The loss.</param>
    public void Compute(OperatorRun run, int sample, MultiboxLoss loss)
    {
        int anchors = order.Count;
        int values = BoxValues + classes;
        float[] memory = ArrayPool<float>.Shared.Rent(2 * values * anchors);
        Span<float> given = memory.AsSpan(0, values * anchors);
        Span<float> gradient = memory.AsSpan(values * anchors, values * anchors);
        Take(sample, run, given);
        int outputs = 2 * order.Maps.Count;
        run.Output(outputs)[sample] = loss.Compute(
            given[(BoxValues * anchors)..],
            given[..(BoxValues * anchors)],
            run.Input(outputs).Slice(sample * BoxTargets.Values * anchors, BoxTargets.Values * anchors),
            run.Input(outputs + 1)[sample],
            gradient[(BoxValues * anchors)..],
            gradient[..(BoxValues * anchors)]);
        PutBack(sample, gradient, run);
        ArrayPool<float>.Shared.Return(memory);
    }

    private void Take(int sample, OperatorRun run, Span<float> rows)
    {
        int anchor = 0;
        foreach ((int index, AnchorMap map) in order.Maps.Index())
        {
            int cells = map.Rows * map.Columns;
            for (int shape = 0; shape < map.Shapes.Count; shape++, anchor += cells)
            {
                for (int value = 0; value < BoxValues + classes; value++)
                {
                    (int kind, int channel) = Channel(shape, value);
                    run.Input((2 * index) + kind).Slice(Place(channel, sample, cells), cells)
                        .CopyTo(rows.Slice((value * order.Count) + anchor, cells));
                }
            }
        }
    }

    private void PutBack(int sample, ReadOnlySpan<float> rows, OperatorRun run)
    {
        int anchor = 0;
        foreach ((int index, AnchorMap map) in order.Maps.Index())
        {
            int cells = map.Rows * map.Columns;
            for (int shape = 0; shape < map.Shapes.Count; shape++, anchor += cells)
            {
                run.Output((2 * index) + 1).Slice(Place(shape * (classes + 1), sample, cells), cells).Clear();
                for (int value = 0; value < BoxValues + classes; value++)
                {
                    (int kind, int channel) = Channel(shape, value);
                    rows.Slice((value * order.Count) + anchor, cells)
                        .CopyTo(run.Output((2 * index) + kind).Slice(Place(channel, sample, cells), cells));
                }
            }
        }
    }

    // The first values are the box's.
    private (int Kind, int Channel) Channel(int shape, int value) => value < BoxValues
        ? (0, (shape * BoxValues) + value)
        : (1, (shape * (classes + 1)) + 1 + value - BoxValues);

    private int Place(int channel, int sample, int cells) => ((channel * samples) + sample) * cells;
}
