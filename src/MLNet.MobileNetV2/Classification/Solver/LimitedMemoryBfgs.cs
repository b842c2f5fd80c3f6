namespace MLNet.MobileNetV2.Classification.Solver;

/// <summary>Minimises the objective by L-BFGS (Liu and Nocedal, 1989).</summary>
internal sealed class LimitedMemoryBfgs(SoftmaxObjective objective, VectorMath vectors)
{
    // Float gradients cannot shrink below their rounding error: no better one in this many iterations means it is reached.
    private const int Patience = 50;

    /// <summary>Minimises from a point.</summary>
    /// <param name="start">Where the search starts; the array is used as a buffer.</param>
    /// <param name="tolerance">Ends when the gradient's length relative to the start is at most this.</param>
    /// <param name="maximumIterations">Ends after this many iterations.</param>
    /// <param name="report">Called after every iteration with its number, the objective, and the gradient's relative length.</param>
    /// <returns>The point that was reached.</returns>
    public float[] Minimize(float[] start, double tolerance, int maximumIterations, Action<int, double, double> report)
    {
        float[] point = start;
        var gradient = new float[objective.Length];
        var direction = new float[objective.Length];
        var history = new BfgsHistory(objective.Length, vectors);
        var search = new LineSearch(objective, vectors);
        double value = objective.Evaluate(point, gradient);
        double startLength = Length(gradient);
        if (startLength == 0)
        {
            report(0, value, 0);
            return point;
        }

        double best = 1;
        int bestIteration = 0;
        report(0, value, best);
        for (int iteration = 1; iteration <= maximumIterations && best > tolerance && iteration - bestIteration <= Patience; iteration++)
        {
            if (!Step(history, search, point, value, gradient, direction))
            {
                break;
            }

            history.Add(point, search.Point, gradient, search.Gradient);
            value = search.Value;
            search.Exchange(ref point, ref gradient);
            double relative = Length(gradient) / startLength;
            if (relative < best)
            {
                (best, bestIteration) = (relative, iteration);
            }

            report(iteration, value, relative);
        }

        return point;
    }

    // A step that the history cannot give, the gradient alone may.
    private bool Step(BfgsHistory history, LineSearch search, float[] point, double value, float[] gradient, float[] direction)
    {
        while (true)
        {
            history.Direction(gradient, direction);
            double slope = vectors.Dot(gradient, direction);
            double first = history.IsEmpty ? Math.Min(1, 1 / Length(gradient)) : 1;
            if (slope < 0 && search.TryFind(point, value, slope, direction, first))
            {
                return true;
            }

            if (history.IsEmpty)
            {
                return false;
            }

            history.Clear();
        }
    }

    private double Length(float[] vector) => Math.Sqrt(vectors.Dot(vector, vector));
}
