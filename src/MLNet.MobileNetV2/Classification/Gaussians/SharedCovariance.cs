using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Classification.Gaussians;

/// <summary>
/// How features differ within classes, one covariance for all of them: the directions along which they differ most, and the same in every
/// other direction.
/// </summary>
/// <param name="Directions">Orthonormal directions.</param>
/// <param name="SumsOfSquares">The sum of squares along each.</param>
/// <param name="Rest">The sum of squares in all other directions.</param>
/// <param name="Freedom">Degrees of freedom: number of rows less number of classes, at least 1.</param>
internal sealed record SharedCovariance(float[][] Directions, double[] SumsOfSquares, double Rest, double Freedom)
{
    /// <summary>Most directions.</summary>
    public const int MaxDirections = 128;

    // A part of the covariance is replaced by the same variance in all directions: few rows show too little of some.
    private const double Shrinkage = 0.3;
    private const double LeastVariance = 1e-6;

    /// <summary>The covariance of rows that are distances from the means of their classes.</summary>
    /// <param name="rows">At least one row.</param>
    /// <param name="rest">A sum of squares in directions of no row.</param>
    /// <param name="freedom">Degrees of freedom.</param>
    /// <param name="loop">The threads.</param>
    public static SharedCovariance Of(IReadOnlyList<float[]> rows, double rest, double freedom, ParallelLoop loop)
    {
        int most = Math.Min(MaxDirections, Math.Min(rows[0].Length - 1, (int)Math.Max(1, freedom)));
        (float[][] directions, double[] sums) = PrincipalDirections.Of(rows, most, loop);
        double total = rest + rows.Sum(row => FixedOrderSums.SumOfSquares(row));
        return new(directions, sums, Math.Max(0, total - sums.Sum()), Math.Max(1, freedom));
    }

    /// <summary>The shrunk variance along each direction, and in every other one.</summary>
    public (double[] Along, double Other) Variances(int features)
    {
        double mean = Math.Max(LeastVariance, (SumsOfSquares.Sum() + Rest) / Freedom / features);
        double other = Rest / Freedom / Math.Max(1, features - Directions.Length);
        return ([.. SumsOfSquares.Select(sum => Shrunk(sum / Freedom))], Shrunk(other));

        double Shrunk(double variance) => ((1 - Shrinkage) * variance) + (Shrinkage * mean);
    }
}
