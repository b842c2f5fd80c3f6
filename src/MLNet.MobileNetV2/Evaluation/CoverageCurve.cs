namespace MLNet.MobileNetV2.Evaluation;

/// <summary>Error against coverage, from the images that a classifier is surest of to all of them.</summary>
internal static class CoverageCurve
{
    private const int MostPoints = 100;

    /// <summary>Makes a point for about each hundredth of the images; those of equal probability are refused together.</summary>
    /// <param name="images">The images.</param>
    public static CoveragePoint[] Of(IReadOnlyList<JudgedImage> images)
    {
        int count = images.Count;
        int[] order = [.. Enumerable.Range(0, count).OrderByDescending(image => images[image].Score)];
        var points = new List<CoveragePoint>();
        (int errors, double next) = (0, 1.0 / MostPoints);
        for (int kept = 1; kept <= count; kept++)
        {
            JudgedImage image = images[order[kept - 1]];
            errors += image.IsRight ? 0 : 1;
            float threshold = image.Score;
            double coverage = (double)kept / count;
            bool endsTie = kept == count || images[order[kept]].Score < threshold;
            if (endsTie && (coverage >= next || kept == count))
            {
                points.Add(new(threshold, coverage, (double)errors / kept));
                next = coverage + (1.0 / MostPoints);
            }
        }

        return [.. points];
    }
}
