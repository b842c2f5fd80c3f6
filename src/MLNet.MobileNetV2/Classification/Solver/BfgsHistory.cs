namespace MLNet.MobileNetV2.Classification.Solver;

/// <summary>
/// The last steps and gradient changes, which stand for the inverse of the Hessian (two-loop recursion; Nocedal and Wright, Numerical
/// Optimization, algorithm 7.4).
/// </summary>
internal sealed class BfgsHistory
{
    // Steps kept: fewer for very large models, whose history would outweigh the features.
    private const int MaximumPairs = 20;
    private const long MaximumFloats = 1 << 26;

    private readonly VectorMath _vectors;
    private readonly float[][] _steps;
    private readonly float[][] _changes;
    private readonly double[] _products;
    private readonly double[] _factors;
    private int _count;
    private int _next;
    private double _scale;

    public BfgsHistory(int length, VectorMath vectors)
    {
        _vectors = vectors;
        int pairs = (int)Math.Clamp(MaximumFloats / 2 / length, 5, MaximumPairs);
        _steps = new float[pairs][];
        _changes = new float[pairs][];
        _products = new double[pairs];
        _factors = new double[pairs];
        for (int i = 0; i < pairs; i++)
        {
            _steps[i] = new float[length];
            _changes[i] = new float[length];
        }
    }

    /// <summary>Whether the direction is the plain negative gradient.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Forgets everything.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a step and what it did to the gradient; skipped where rounding hides the curvature.</summary>
    public void Add(float[] point, float[] newPoint, float[] gradient, float[] newGradient)
    {
        float[] step = _steps[_next];
        float[] change = _changes[_next];
        _vectors.AddScaled(point, -1, newPoint, step);
        _vectors.AddScaled(gradient, -1, newGradient, change);
        double product = _vectors.Dot(step, change);
        double square = _vectors.Dot(change, change);
        if (!(product > 1e-12 * square))
        {
            return;
        }

        _products[_next] = product;
        _scale = product / square;
        _next = (_next + 1) % _steps.Length;
        _count = Math.Min(_count + 1, _steps.Length);
    }

    /// <summary>Writes the direction of descent for a gradient.</summary>
    public void Direction(float[] gradient, float[] direction)
    {
        Array.Copy(gradient, direction, gradient.Length);
        for (int age = 1; age <= _count; age++)
        {
            int i = Index(age);
            _factors[i] = _vectors.Dot(_steps[i], direction) / _products[i];
            _vectors.AddScaled(_changes[i], -_factors[i], direction, direction);
        }

        _vectors.Scale(direction, IsEmpty ? -1 : -_scale);
        for (int age = _count; age >= 1; age--)
        {
            int i = Index(age);
            double factor = _vectors.Dot(_changes[i], direction) / _products[i];
            _vectors.AddScaled(_steps[i], -_factors[i] - factor, direction, direction);
        }
    }

    private int Index(int age) => (_next - age + _steps.Length) % _steps.Length;
}
