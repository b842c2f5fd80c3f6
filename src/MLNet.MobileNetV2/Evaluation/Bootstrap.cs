using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Evaluation;

/// <summary>The intervals of a report.</summary>
/// <param name="Accuracy">Of the accuracy.</param>
/// <param name="MacroF1">Of the macro-averaged F1.</param>
/// <param name="LogLoss">Of the log-loss.</param>
internal sealed record ReportIntervals(ConfidenceInterval Accuracy, ConfidenceInterval MacroF1, ConfidenceInterval LogLoss);

/// <summary>
/// Intervals by drawing as many images, or groups of them, with replacement again and again (Efron's percentile bootstrap).
/// </summary>
internal static class Bootstrap
{
    private const double Tail = 0.025;

    /// <summary>Draws.</summary>
    /// <param name="images">The images.</param>
    /// <param name="groups">The group of each image, counted from 0.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="options">How often, and the seed.</param>
    public static ReportIntervals Run(
        IReadOnlyList<JudgedImage> images, IReadOnlyList<int> groups, int classCount, ClassificationReportOptions options)
    {
        int draws = options.Resamples;
        if (draws == 0)
        {
            return new(new(0, 1), new(0, 1), new(0, double.PositiveInfinity));
        }

        int[][] members = Members(groups);
        double[] accuracies = new double[draws], f1 = new double[draws], losses = new double[draws];
        new ParallelLoop(0, CancellationToken.None).For(draws, draw =>
        {
            var random = new SplitMix64(options.Seed, draw);
            var counts = new ClassCounts(classCount);
            (double loss, int count) = (0, 0);
            for (int drawn = 0; drawn < members.Length; drawn++)
            {
                foreach (int index in members[random.NextInt32(members.Length)])
                {
                    JudgedImage image = images[index];
                    counts.Add(image.Truth, image.Predicted);
                    loss += image.Loss;
                    count++;
                }
            }

            (accuracies[draw], f1[draw], losses[draw]) = (counts.Correct / (double)count, counts.MacroF1(), loss / count);
        });
        return new(Interval(accuracies), Interval(f1), Interval(losses));
    }

    private static int[][] Members(IReadOnlyList<int> groups) =>
        [.. groups.Index().GroupBy(image => image.Item, image => image.Index).Select(group => group.ToArray())];

    private static ConfidenceInterval Interval(double[] values)
    {
        Array.Sort(values);
        return new(Quantile(values, Tail), Quantile(values, 1 - Tail));
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((place - below) * (above - sorted[below]));
    }
}
