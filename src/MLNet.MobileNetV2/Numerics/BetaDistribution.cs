namespace MLNet.MobileNetV2.Numerics;

/// <summary>Draws from the symmetric beta distribution.</summary>
internal static class BetaDistribution
{
    private const double LeastAlpha = 1e-3;
    private const double GreatestAlpha = 1e3;

    /// <summary>What alpha may be, for messages.</summary>
    public static string AllowedAlpha => FormattableString.Invariant($"0, or {LeastAlpha} to {GreatestAlpha}");

    public static bool IsAlpha(double alpha) => alpha is 0 or (>= LeastAlpha and <= GreatestAlpha);

    /// <summary>
    /// A number from Beta(alpha, alpha), 0 to 1; 1 for alpha 0. Alpha is 0, or 0.001 to 1000: below 1 most numbers are near 0 or 1, at 1
    /// all are alike.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> has another value.</exception>
    public static double DrawSymmetric(double alpha, ref SplitMix64 random)
    {
        if (!IsAlpha(alpha))
        {
            string message = FormattableString.Invariant($"alpha is {alpha}; {AllowedAlpha}, is allowed.");
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, message);
        }

        if (alpha == 0)
        {
            return 1;
        }

        double difference = DrawLogGamma(alpha, ref random) - DrawLogGamma(alpha, ref random);
        return 1 / (1 + Math.Exp(-difference));
    }

    // Marsaglia and Tsang, "A simple method for generating gamma variables" (2000), for shape alpha + 1; a uniform number to the
    // power 1 / alpha brings it down to alpha. In logarithms, since for a small alpha the numbers themselves are below any double.
    private static double DrawLogGamma(double alpha, ref SplitMix64 random)
    {
        double d = alpha + 1 - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.NextNormal();
            double root = 1 + (c * x);
            if (root <= 0)
            {
                continue;
            }

            double v = root * root * root;
            if (Math.Log(1 - random.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return Math.Log(d * v) + (Math.Log(1 - random.NextDouble()) / alpha);
            }
        }
    }
}
