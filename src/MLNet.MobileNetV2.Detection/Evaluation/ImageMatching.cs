namespace MLNet.MobileNetV2.Detection.Evaluation;

/// <summary>Boxes of which area count; others are treated like crowds. Both ends belong to it.</summary>
internal readonly record struct AreaRange(double Least, double Most)
{
    public static AreaRange All { get; } = new(0, double.PositiveInfinity);

    public bool Holds(double area) => area >= Least && area <= Most;
}

/// <summary>A found object: at which thresholds, a bit each, it is right, and at which it does not count.</summary>
internal readonly record struct ScoredMatch(float Score, int Right, int Ignored);

/// <summary>Gives the found objects of an image the true boxes that they overlap.</summary>
internal static class ImageMatching
{
    /// <summary>The least overlaps: 0.50, 0.55, … 0.95.</summary>
    public static IReadOnlyList<double> Thresholds { get; } = [.. Enumerable.Range(0, 10).Select(step => (50 + (5 * step)) / 100.0)];

    public static bool IsIgnored(LabelledBox truth, AreaRange range) =>
        truth.IsCrowd || truth.IsDifficult || !range.Holds(truth.Box.Area);

    /// <summary>The found objects, best first, with what they are at each threshold.</summary>
    public static ScoredMatch[] Match(ImageBoxes image, AreaRange range)
    {
        // Boxes that count come first: an object has one that does not only where it can have none of them.
        LabelledBox[] truth = [.. image.Truth.OrderBy(box => IsIgnored(box, range))];
        bool[] isIgnored = [.. truth.Select(box => IsIgnored(box, range))];
        double[][] overlaps = [.. image.Found.Select(item => truth.Select(box => Overlap(item.Box, box)).ToArray())];
        int[] right = new int[image.Found.Count];
        int[] ignored = new int[image.Found.Count];
        for (int step = 0; step < Thresholds.Count; step++)
        {
            bool[] isTaken = new bool[truth.Length];
            for (int found = 0; found < image.Found.Count; found++)
            {
                int match = Best(overlaps[found], Thresholds[step], truth, isIgnored, isTaken);
                if (match >= 0)
                {
                    isTaken[match] = true;
                }

                bool counts = match >= 0 ? !isIgnored[match] : range.Holds(image.Found[found].Box.Area);
                right[found] |= match >= 0 && counts ? 1 << step : 0;
                ignored[found] |= counts ? 0 : 1 << step;
            }
        }

        return [.. image.Found.Select((item, index) => new ScoredMatch(item.Score, right[index], ignored[index]))];
    }

    private static int Best(double[] overlaps, double threshold, LabelledBox[] truth, bool[] isIgnored, bool[] isTaken)
    {
        int best = -1;
        for (int index = 0; index < overlaps.Length; index++)
        {
            if (best >= 0 && !isIgnored[best] && isIgnored[index])
            {
                break;
            }

            // Of equal overlaps the last has it, as in COCO's own tool.
            bool isFree = !isTaken[index] || truth[index].IsCrowd;
            if (isFree && overlaps[index] >= (best >= 0 ? overlaps[best] : threshold))
            {
                best = index;
            }
        }

        return best;
    }

    private static double Overlap(BoundingBox found, LabelledBox truth) =>
        !truth.IsCrowd ? found.IntersectionOverUnion(truth.Box)
        : found.Area > 0 ? found.Intersection(truth.Box) / found.Area
        : 0;
}
