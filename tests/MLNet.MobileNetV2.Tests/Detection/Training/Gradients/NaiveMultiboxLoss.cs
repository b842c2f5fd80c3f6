using MLNet.MobileNetV2.Detection.Anchors;

namespace MLNet.MobileNetV2.Tests.Detection.Training.Gradients;

/// <summary>SSD's loss of one image as plain loops in double precision, from its definition.</summary>
internal static class NaiveMultiboxLoss
{
    /// <summary>The loss over the anchors that learn a box.</summary>
    /// <param name="logits">By class and anchor.</param>
    /// <param name="offsets">By anchor, four each.</param>
    /// <param name="classes">By anchor: 0 for the background, -1 for one that learns nothing.</param>
    /// <param name="wanted">By anchor, four each.</param>
    /// <param name="kind">The loss.</param>
    public static double Compute(double[][] logits, double[][] offsets, int[] classes, double[][] wanted, DetectionLoss kind)
    {
        double[] cost = new double[classes.Length];
        for (int anchor = 0; anchor < classes.Length; anchor++)
        {
            for (int label = 0; label < logits.Length; label++)
            {
                double p = 1 / (1 + Math.Exp(-logits[label][anchor]));
                bool isTrue = classes[anchor] == label + 1;
                double right = isTrue ? p : 1 - p;
                double factor = kind == DetectionLoss.Focal ? (isTrue ? 0.25 : 0.75) * (1 - right) * (1 - right) : 1;
                cost[anchor] -= factor * Math.Log(right);
            }
        }

        int positives = classes.Count(label => label > 0);
        double sum = cost.Zip(classes).Where(pair => pair.Second > 0).Sum(pair => pair.First);
        double[] negatives = [.. cost.Zip(classes).Where(pair => pair.Second == 0).Select(pair => pair.First)];
        sum += kind == DetectionLoss.Focal
            ? negatives.Sum()
            : negatives.OrderDescending().Take(3 * Math.Max(positives, 1)).Sum();
        for (int anchor = 0; anchor < classes.Length; anchor++)
        {
            for (int i = 0; classes[anchor] > 0 && i < 4; i++)
            {
                double d = Math.Abs(offsets[anchor][i] - wanted[anchor][i]);
                sum += d < 1 ? d * d / 2 : d - 0.5;
            }
        }

        return sum / Math.Max(positives, 1);
    }

    /// <summary>What anchors should learn, by the definition of <see cref="AnchorMatching"/>.</summary>
    public static (int[] Classes, double[][] Offsets) Targets(
        IReadOnlyList<Anchor> anchors, IReadOnlyList<(int Class, MatchedTruth Truth)> boxes)
    {
        int[] match = AnchorMatching.Match(anchors, [.. boxes.Select(box => box.Truth)]);
        double[][] offsets = new double[match.Length][];
        for (int anchor = 0; anchor < match.Length; anchor++)
        {
            BoxOffsets wanted = match[anchor] >= 0 ? BoxCoder.Encode(anchors[anchor], boxes[match[anchor]].Truth.Box) : default;
            offsets[anchor] = [wanted.CentreY, wanted.CentreX, wanted.Height, wanted.Width];
        }

        return ([.. match.Select(truth => truth >= 0 ? boxes[truth].Class : truth == AnchorMatching.Ignored ? -1 : 0)], offsets);
    }
}
