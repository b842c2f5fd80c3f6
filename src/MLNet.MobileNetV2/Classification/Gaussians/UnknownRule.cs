using System.Numerics.Tensors;

namespace MLNet.MobileNetV2.Classification.Gaussians;

/// <summary>
/// Tells photos of no class from those of the classes: the strangeness of features is their distance from the nearest class less its score,
/// each in its own spread among known photos, less a threshold. Above 0 a photo is unknown.
/// </summary>
/// <param name="Scores">The distributions of the classes.</param>
/// <param name="DistanceWeight">How much the squared distance from the centre counts.</param>
/// <param name="ScoreWeight">How much the greatest score counts against it.</param>
/// <param name="Threshold">What is subtracted.</param>
internal sealed record UnknownRule(GaussianScores Scores, double DistanceWeight, double ScoreWeight, double Threshold)
{
    private const double LeastSpread = 1e-6;

    /// <summary>Fits the rule, so that it keeps a share of the photos that the distributions were not fitted to.</summary>
    /// <param name="gaussians">The distributions.</param>
    /// <param name="heldOut">What held-out photos of the classes score.</param>
    /// <param name="knownShare">The share, between 0 and 1.</param>
    public static UnknownRule Fit(ClassGaussians gaussians, HeldOutScores heldOut, double knownShare)
    {
        double[] best = heldOut.Best;
        double[] distances = [.. heldOut.Distances.Zip(best, (distance, score) => distance - (2 * score))];
        double ofDistance = 1 / Spread(distances);
        double ofScore = (2 * ofDistance) + (1 / Spread(best));
        double[] strangeness =
            [.. heldOut.Distances.Zip(best, (distance, score) => (ofDistance * distance) - (ofScore * score)).Order()];
        int kept = Math.Clamp((int)Math.Ceiling(knownShare * strangeness.Length), 1, strangeness.Length);
        return new(GaussianScores.Of(gaussians), ofDistance, ofScore, strangeness[kept - 1]);
    }

    /// <summary>The strangeness of a photo.</summary>
    public double Strangeness(ReadOnlySpan<float> features)
    {
        (double distance, float[] scores) = Scores.Of(features);
        return (DistanceWeight * distance) - (ScoreWeight * TensorPrimitives.Max<float>(scores)) - Threshold;
    }

    private static double Spread(double[] values)
    {
        double mean = values.Average();
        return Math.Max(LeastSpread, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }
}
