namespace MLNet.MobileNetV2.Classification.Solver;

/// <summary>
/// Finds a step along a direction of descent that meets the Wolfe conditions. Where rounding hides the decrease of the objective, its
/// slope decides (the approximate Wolfe conditions of Hager and Zhang, 2005).
/// </summary>
internal sealed class LineSearch(SoftmaxObjective objective, VectorMath vectors)
{
    private const int MaximumEvaluations = 25;
    private const double SufficientDecrease = 1e-4;
    private const double SufficientFlattening = 0.9;
    private const double Rounding = 1e-6;

    /// <summary>The point that was found; meaningful after a search that succeeded, and overwritten by the next.</summary>
    public float[] Point { get; private set; } = new float[objective.Length];

    /// <summary>The gradient at <see cref="Point"/>.</summary>
    public float[] Gradient { get; private set; } = new float[objective.Length];

    /// <summary>The objective at <see cref="Point"/>.</summary>
    public double Value { get; private set; }

    /// <summary>Searches from a point.</summary>
    /// <param name="point">Where the search starts.</param>
    /// <param name="value">The objective there.</param>
    /// <param name="slope">Gradient times direction there, below 0.</param>
    /// <param name="direction">The direction.</param>
    /// <param name="step">The first step to try, above 0.</param>
    /// <returns>Whether a step was found.</returns>
    public bool TryFind(float[] point, double value, double slope, float[] direction, double step)
    {
        double low = 0, high = double.PositiveInfinity, lowSlope = slope;
        for (int i = 0; i < MaximumEvaluations; i++)
        {
            vectors.AddScaled(direction, step, point, Point);
            Value = objective.Evaluate(Point, Gradient);
            double newSlope = vectors.Dot(Gradient, direction);
            bool decreased = Value <= value + (SufficientDecrease * step * slope)
                || (Value <= value + (Rounding * Math.Abs(value)) && newSlope <= ((2 * SufficientDecrease) - 1) * slope);
            if (!decreased || !(newSlope <= -SufficientFlattening * slope))
            {
                high = step;
                step = Inside(low, lowSlope, high, newSlope);
            }
            else if (newSlope < SufficientFlattening * slope)
            {
                double next = double.IsPositiveInfinity(high) ? Beyond(low, lowSlope, step, newSlope) : (step + high) / 2;
                (low, lowSlope, step) = (step, newSlope, next);
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Exchanges the point that was found, and its gradient, for buffers of the caller's.</summary>
    public void Exchange(ref float[] point, ref float[] gradient)
    {
        (point, Point) = (Point, point);
        (gradient, Gradient) = (Gradient, gradient);
    }

    // Where the slope would be zero if it were linear, kept away from the ends; the middle if the far slope is useless.
    private static double Inside(double low, double lowSlope, double high, double highSlope)
    {
        double fraction = highSlope > 0 && double.IsFinite(highSlope) ? Math.Clamp(lowSlope / (lowSlope - highSlope), 0.1, 0.9) : 0.5;
        return low + (fraction * (high - low));
    }

    private static double Beyond(double low, double lowSlope, double step, double newSlope)
    {
        double factor = newSlope > lowSlope ? lowSlope / (lowSlope - newSlope) : double.PositiveInfinity;
        return low + (Math.Clamp(factor, 2, 100) * (step - low));
    }
}
