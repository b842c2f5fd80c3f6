namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>
/// Finds labels that are likely wrong by confident learning (arXiv 1911.00068): a head that was not trained on the photo is surer of
/// another class than it is on the mean of photos that have that label.
/// </summary>
internal static class LikelyWrongLabels
{
    /// <summary>Finds them, the likeliest first.</summary>
    /// <param name="images">The photos with their paths.</param>
    /// <param name="classes">The class names.</param>
    public static IReadOnlyList<LikelyWrongLabel> Find(IReadOnlyList<ScoredImage> images, IReadOnlyList<string> classes)
    {
        double[] thresholds = Thresholds(images, classes.Count);
        var found = new List<(LikelyWrongLabel Label, float Margin)>();
        foreach (ScoredImage image in images)
        {
            ReadOnlySpan<float> scores = image.Probabilities.Span;
            int suggested = -1;
            for (int c = 0; c < scores.Length; c++)
            {
                if (scores[c] >= thresholds[c] && (suggested < 0 || scores[c] > scores[suggested]))
                {
                    suggested = c;
                }
            }

            if (suggested >= 0 && suggested != image.TrueClass)
            {
                found.Add((
                    new(image.Path!, classes[image.TrueClass], classes[suggested], scores[suggested]),
                    scores[suggested] - scores[image.TrueClass]));
            }
        }

        return [.. found.OrderByDescending(one => one.Margin).Select(one => one.Label)];
    }

    // Of a class without photos nothing can be sure.
    private static double[] Thresholds(IReadOnlyList<ScoredImage> images, int classCount)
    {
        (double[] sums, int[] counts) = (new double[classCount], new int[classCount]);
        foreach (ScoredImage image in images)
        {
            sums[image.TrueClass] += image.Probabilities.Span[image.TrueClass];
            counts[image.TrueClass]++;
        }

        return [.. sums.Zip(counts, (sum, count) => count > 0 ? sum / count : double.PositiveInfinity)];
    }
}
