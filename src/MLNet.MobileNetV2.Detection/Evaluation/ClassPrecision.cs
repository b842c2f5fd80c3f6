namespace MLNet.MobileNetV2.Detection.Evaluation;

/// <summary>The precision of one class at each threshold and recall. Immutable.</summary>
internal sealed class ClassPrecision
{
    private const int Recalls = 101;
    private const double RecallStep = 0.01;

    private readonly PrecisionRecallPoint[][] _curves;

    private ClassPrecision(int boxes, PrecisionRecallPoint[][] curves)
    {
        Boxes = boxes;
        _curves = curves;
    }

    /// <summary>The true boxes that count.</summary>
    public int Boxes { get; }

    /// <summary>Average precision over all thresholds; NaN without boxes.</summary>
    public double Mean => Boxes == 0 ? double.NaN : _curves.Average(Average);

    public static ClassPrecision Of(IReadOnlyList<ImageBoxes> images, AreaRange range)
    {
        int boxes = images.Sum(image => image.Truth.Count(box => !ImageMatching.IsIgnored(box, range)));
        if (boxes == 0)
        {
            return new(0, []);
        }

        // Equal scores stay in the order of the images.
        ScoredMatch[] matches =
        [
            .. images.SelectMany(image => ImageMatching.Match(image, range)).OrderByDescending(match => match.Score),
        ];
        return new(boxes, [.. Enumerable.Range(0, ImageMatching.Thresholds.Count).Select(step => CurveOf(matches, step, boxes))]);
    }

    /// <summary>Average precision at one of the thresholds; NaN without boxes.</summary>
    public double At(double threshold) => Boxes == 0 ? double.NaN : Average(_curves[IndexOf(threshold)]);

    /// <summary>The curve at one of the thresholds; empty without boxes.</summary>
    public IReadOnlyList<PrecisionRecallPoint> Curve(double threshold) => Boxes == 0 ? [] : _curves[IndexOf(threshold)].AsReadOnly();

    private static int IndexOf(double threshold) => ImageMatching.Thresholds.Index().First(item => item.Item == threshold).Index;

    private static double Average(PrecisionRecallPoint[] curve) => curve.Average(point => point.Precision);

    private static PrecisionRecallPoint[] CurveOf(ScoredMatch[] matches, int step, int boxes)
    {
        var steps = new List<PrecisionRecallPoint>();
        int right = 0;
        int counted = 0;
        foreach (ScoredMatch match in matches)
        {
            if ((match.Ignored >> step & 1) == 0)
            {
                counted++;
                right += match.Right >> step & 1;
                steps.Add(new((double)right / boxes, (double)right / counted, match.Score));
            }
        }

        double best = 0;
        for (int index = steps.Count - 1; index >= 0; index--)
        {
            best = Math.Max(best, steps[index].Precision);
            steps[index] = steps[index] with { Precision = best };
        }

        var curve = new PrecisionRecallPoint[Recalls];
        int at = 0;
        for (int index = 0; index < Recalls; index++)
        {
            double recall = index * RecallStep;
            while (at < steps.Count && steps[at].Recall < recall)
            {
                at++;
            }

            curve[index] = at < steps.Count ? steps[at] with { Recall = recall } : new(recall, 0, float.NaN);
        }

        return curve;
    }
}
