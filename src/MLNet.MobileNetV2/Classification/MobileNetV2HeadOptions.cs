namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="MobileNetV2HeadTrainer"/>.</summary>
/// <remarks>
/// The trainer minimises the sum over the rows of the log-loss plus <see cref="L2Regularization"/> / 2 times the sum of the squared
/// weights; the biases are not penalised. Immutable and thread-safe.
/// </remarks>
public sealed record MobileNetV2HeadOptions
{
    internal const float DefaultL2Regularization = 0.1f;

    /// <summary>Name of the label column, a key (<c>MapValueToKey</c> makes one). Default: "Label".</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Name of the feature column, a vector of <see cref="float"/> of known size. Default: "Features".</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>
    /// Weight of the squared weights in the objective, finite and at least 0. Default: 0.1. The same number means the same objective as
    /// <c>L2Regularization</c> of ML.NET's <c>LbfgsMaximumEntropy</c> without L1, and as 1 / C of scikit-learn's
    /// <c>LogisticRegression</c>.
    /// </summary>
    public float L2Regularization { get; init; } = DefaultL2Regularization;

    /// <summary>Largest number of iterations, at least 1; the model reached by then is returned. Default: 1000.</summary>
    public int MaximumIterations { get; init; } = 1000;

    /// <summary>
    /// Training ends when the gradient's length relative to the start is at most this, above 0 and below 1. Default: 1e-5, which leaves
    /// the objective, as a mean over the rows, within about 1e-5 of its minimum on features of photos.
    /// </summary>
    public float OptimizationTolerance { get; init; } = 1e-5f;

    /// <summary>
    /// Largest number of threads, at least 1. Default: the number of processors. The model is the same, bit for bit, for every number.
    /// </summary>
    public int ThreadCount { get; init; } = Environment.ProcessorCount;

    /// <summary>Told of every iteration, on the thread that called <c>Fit</c>; null for none. Default: null.</summary>
    public IProgress<HeadTrainingProgress>? Progress { get; init; }

    /// <summary>Stops <c>Fit</c> with <see cref="OperationCanceledException"/>. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is not allowed.</exception>
    internal void Validate()
    {
        CheckName(LabelColumnName, nameof(LabelColumnName));
        CheckName(FeatureColumnName, nameof(FeatureColumnName));
        bool allowed = float.IsFinite(L2Regularization) && L2Regularization >= 0;
        Check(allowed, nameof(L2Regularization), L2Regularization, "a finite number of at least 0");
        Check(MaximumIterations >= 1, nameof(MaximumIterations), MaximumIterations, "a number of at least 1");
        Check(OptimizationTolerance is > 0 and < 1, nameof(OptimizationTolerance), OptimizationTolerance, "a number above 0 and below 1");
        Check(ThreadCount >= 1, nameof(ThreadCount), ThreadCount, "a number of at least 1");
    }

    private static void CheckName(string? value, string name)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new ArgumentException($"{name} is {(value is null ? "null" : $"\"{value}\"")}; the name of a column is needed.", name);
        }
    }

    private static void Check(bool allowed, string name, object value, string needed)
    {
        if (!allowed)
        {
            throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value}; {needed} is needed."));
        }
    }
}
