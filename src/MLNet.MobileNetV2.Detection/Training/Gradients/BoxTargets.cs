using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Detection.Boxes;

namespace MLNet.MobileNetV2.Detection.Training.Gradients;

/// <summary>A box to learn in a view of an image.</summary>
/// <param name="Class">Number of its class, from 1 up.</param>
/// <param name="Box">Where it is in the view.</param>
/// <param name="IsIgnored">Whether nothing is to be learned in it: it is a crowd.</param>
internal readonly record struct TrainedBox(int Class, RelativeBox Box, bool IsIgnored = false);

/// <summary>
/// What anchors should give for a view's boxes: a class for each (<see cref="AnchorOrder"/>), then the four offsets of each, one kind after
/// another. Thread-safe.
/// </summary>
internal sealed class BoxTargets(AnchorGrid grid, AnchorOrder order)
{
    /// <summary>Values of an anchor: its class and its box.</summary>
    public const int Values = 5;

    /// <summary>The class of an anchor that learns nothing.</summary>
    public const float Ignored = -1;

    /// <summary>Number of values of a target.</summary>
    public int Length => Values * order.Count;

    /// <summary>Writes a target and counts the anchors that learn a box.</summary>
    public int Write(IReadOnlyList<TrainedBox> boxes, Span<float> target)
    {
        target.Clear();
        MatchedTruth[] truths = [.. boxes.Select(box => new MatchedTruth(box.Box, box.IsIgnored))];
        int[] match = AnchorMatching.Match(grid.Anchors, truths);
        int positives = 0;
        for (int anchor = 0; anchor < match.Length; anchor++)
        {
            int place = order.Places[anchor];
            if (match[anchor] == AnchorMatching.Ignored)
            {
                target[place] = Ignored;
            }
            else if (match[anchor] != AnchorMatching.Background)
            {
                TrainedBox box = boxes[match[anchor]];
                BoxOffsets offsets = BoxCoder.Encode(grid.Anchors[anchor], box.Box);
                target[place] = box.Class;
                target[order.Count + place] = offsets.CentreY;
                target[(2 * order.Count) + place] = offsets.CentreX;
                target[(3 * order.Count) + place] = offsets.Height;
                target[(4 * order.Count) + place] = offsets.Width;
                positives++;
            }
        }

        return positives;
    }
}
