using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="MobileNetV2HeadTrainer"/>.</summary>
/// <remarks>
/// The trainer minimises the sum over the rows of the log-loss plus <see cref="L2Regularization"/> / 2 times the sum of the squared
/// weights; the biases are not penalised. Immutable and thread-safe.
/// </remarks>
public sealed record MobileNetV2HeadOptions
{
    internal const float DefaultL2Regularization = 0.1f;

    /// <summary>ML.NET's scorer of linear models takes no other name.</summary>
    internal const string ScoreColumnName = "Score";

    /// <summary>Name of the label column, a key (<c>MapValueToKey</c> makes one). Default: "Label".</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Name of the feature column, a vector of <see cref="float"/> of known size. Default: "Features".</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>
    /// Name of a column of <see cref="float"/> with the weight of each row's log-loss, finite and at least 0; a row of weight 0 does not
    /// count. Default: null, all rows weigh 1.
    /// </summary>
    public string? ExampleWeightColumnName { get; init; }

    /// <summary>Name of the column that the model adds for the predicted key. Default: "PredictedLabel".</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>
    /// Weight of the squared weights in the objective, finite and at least 0. Default: 0.1. The same number means the same objective as
    /// <c>L2Regularization</c> of ML.NET's <c>LbfgsMaximumEntropy</c> without L1, and as 1 / C of scikit-learn's
    /// <c>LogisticRegression</c>.
    /// </summary>
    public float L2Regularization { get; init; } = DefaultL2Regularization;

    /// <summary>
    /// Whether the regularisation is selected by a stratified cross-validation: <see cref="L2Regularization"/>, ten times and a hundred
    /// times as much, the first unless another one is better by more than chance may make. It takes the time of fifteen trainings.
    /// Default: false.
    /// </summary>
    public bool SelectsL2Regularization { get; init; }

    /// <summary>
    /// Whether probabilities are made as sure as they are right (temperature scaling, arXiv 1706.04599), by the scores of rows that a
    /// classifier was not trained on: of all rows in five folds, or a fifth of more than 20,000. No prediction changes. It takes the time
    /// of five trainings; of fewer than 20 rows nothing can be told. Default: false.
    /// </summary>
    public bool CalibratesScores { get; init; }

    /// <summary>
    /// Share of the target that all classes with rows get alike (arXiv 1512.00567), from 0 to below 1: probabilities are less sure, also of
    /// wrong labels. Default: 0, none.
    /// </summary>
    public float LabelSmoothing { get; init; }

    /// <summary>Whether rows count so that classes weigh the same, and rows 1 on average. Default: false.</summary>
    public bool BalancesClasses { get; init; }

    /// <summary>Largest number of iterations, at least 1; the model reached by then is returned. Default: 1000.</summary>
    public int MaximumIterations { get; init; } = 1000;

    /// <summary>
    /// Training ends when the gradient's length relative to the start is at most this, above 0 and below 1. Default: 1e-5, which leaves
    /// the objective, as a mean over the rows, within about 1e-5 of its minimum on features of images.
    /// </summary>
    public float OptimizationTolerance { get; init; } = 1e-5f;

    /// <summary>
    /// Largest number of threads; 0 means as many as there are cores. Default: 0. The model is the same, bit for bit, for every number.
    /// </summary>
    public int ThreadCount { get; init; }

    /// <summary>Reported after every iteration, on the thread that called <c>Fit</c>. Default: null.</summary>
    public IProgress<HeadTrainingProgress>? Progress { get; init; }

    /// <summary>Stops <c>Fit</c> with <see cref="OperationCanceledException"/>. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal int Threads => ThreadCount == 0 ? Environment.ProcessorCount : ThreadCount;

    /// <summary>These options with a regularisation that is not to be selected, and scores that are not to be calibrated.</summary>
    internal MobileNetV2HeadOptions WithL2(float l2Regularization) =>
        this with { L2Regularization = l2Regularization, SelectsL2Regularization = false, CalibratesScores = false };

    internal void Validate()
    {
        Require.ColumnName(LabelColumnName);
        Require.ColumnName(FeatureColumnName);
        Require.ColumnName(PredictedLabelColumnName);
        if (ExampleWeightColumnName is not null)
        {
            Require.ColumnName(ExampleWeightColumnName);
        }

        Require.That(
            PredictedLabelColumnName != ScoreColumnName,
            PredictedLabelColumnName,
            $"another name than {ScoreColumnName}, the probabilities'");
        Require.NotNegative(L2Regularization);
        Require.That(LabelSmoothing is >= 0 and < 1, LabelSmoothing, "from 0 to below 1");
        Require.AtLeast(1, MaximumIterations);
        Require.That(OptimizationTolerance is > 0 and < 1, OptimizationTolerance, "a number above 0 and below 1");
        Require.ThreadCount(ThreadCount);
    }
}

/// <summary>How far the training of the classifier head is, after an iteration. Immutable.</summary>
public sealed class HeadTrainingProgress
{
    internal HeadTrainingProgress(int iteration, double loss, double gradientNorm)
    {
        Iteration = iteration;
        Loss = loss;
        GradientNorm = gradientNorm;
    }

    /// <summary>Number of finished iterations; 0 is the start: zero weights, biases at the class frequencies.</summary>
    public int Iteration { get; }

    /// <summary>The objective divided by the number of rows: mean log-loss in nats plus the penalty.</summary>
    public double Loss { get; }

    /// <summary>
    /// Length of the gradient relative to the start, with respect to scaled features: 1 at the start, and training ends at or below
    /// <see cref="MobileNetV2HeadOptions.OptimizationTolerance"/>.
    /// </summary>
    public double GradientNorm { get; }
}
