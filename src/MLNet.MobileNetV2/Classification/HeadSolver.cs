using MLNet.MobileNetV2.Classification.Solver;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Classification;

/// <summary>
/// Solves for the classifier as the options ask: with balanced classes, with the regularisation that a cross-validation selects, with
/// calibrated scores.
/// </summary>
internal static class HeadSolver
{
    // Whose differences are far below those of the images.
    private const float EnoughToCompare = 1e-3f;

    private static readonly float[] s_factors = [1, 10, 100];

    /// <summary>Solves.</summary>
    /// <param name="features">At least one row, all finite; scaled in place.</param>
    /// <param name="labels">Class of each row, from 0; at least two classes have rows.</param>
    /// <param name="weights">Weight of each row's log-loss, above 0; null if all weigh 1.</param>
    /// <param name="classCount">Number of classes, those without rows included.</param>
    /// <param name="options">Validated options.</param>
    /// <returns>The classifier, and where the training ended.</returns>
    public static (SoftmaxWeights Model, HeadTrainingProgress End) Solve(
        FeatureBlocks features, int[] labels, float[]? weights, int classCount, MobileNetV2HeadOptions options)
    {
        if (options.BalancesClasses)
        {
            float[] ofClass = ClassBalance.Weights(labels, classCount, isBalanced: true);
            weights = [.. labels.Select((label, row) => ofClass[label] * (weights?[row] ?? 1))];
        }

        if (!options.SelectsL2Regularization && !options.CalibratesScores)
        {
            return SoftmaxRegression.Fit(features, labels, weights, classCount, options);
        }

        (float l2, double temperature) = Select(features, labels, weights, classCount, options);
        (SoftmaxWeights model, HeadTrainingProgress end) =
            SoftmaxRegression.Fit(features, labels, weights, classCount, options.WithL2(l2));
        return (options.CalibratesScores ? TemperatureScaling.Apply(model, temperature) : model, end);
    }

    // Of calibrated scores: much regularisation makes probabilities less sure, which is not what it is selected for.
    private static (float L2, double Temperature) Select(
        FeatureBlocks features, int[] labels, float[]? weights, int classCount, MobileNetV2HeadOptions options)
    {
        IReadOnlyList<HeldOutRows> folds = HeldOutRows.InTurn(labels);
        if (folds.Sum(fold => fold.Tested.Length) < HeldOutRows.Fewest)
        {
            return (options.L2Regularization, 1);
        }

        (float L2, double Temperature) best = default;
        double[] first = [];
        double most = 0;
        foreach (float factor in options.SelectsL2Regularization ? s_factors : s_factors.AsSpan(0, 1))
        {
            float l2 = factor * options.L2Regularization;
            (List<float[]> logits, List<int> truths) = Score(
                features, labels, weights, folds, classCount, options.WithL2(l2) with
                {
                    Progress = null,
                    OptimizationTolerance = Math.Max(options.OptimizationTolerance, EnoughToCompare),
                });
            double temperature = TemperatureScaling.Fit(logits, truths);
            double[] losses = TemperatureScaling.Losses(logits, truths, temperature);
            if (first.Length == 0)
            {
                (best, first) = ((l2, temperature), losses);
                continue;
            }

            // The first is left only for one that is better by more than chance may make of the same images.
            PairedDifference gain = PairedDifference.Of([.. first.Zip(losses, (own, other) => own - other)]);
            if (gain.Mean > most && gain.Mean > gain.StandardError)
            {
                (best, most) = ((l2, temperature), gain.Mean);
            }
        }

        return best;
    }

    /// <summary>The scores of rows by classifiers that were not trained on them, and their classes.</summary>
    private static (List<float[]> Logits, List<int> Labels) Score(
        FeatureBlocks features,
        int[] labels,
        float[]? weights,
        IReadOnlyList<HeldOutRows> folds,
        int classCount,
        MobileNetV2HeadOptions options)
    {
        var logits = new List<float[]>();
        var truths = new List<int>();
        foreach ((int[] tested, int[] others) in folds)
        {
            var left = new FeatureBlocks(features.Columns);
            foreach (int row in others)
            {
                features.Row(row)[..features.Columns].CopyTo(left.AddRow());
            }

            SoftmaxWeights classifier = SoftmaxRegression.Fit(
                left,
                [.. others.Select(row => labels[row])],
                weights is null ? null : [.. others.Select(row => weights[row])],
                classCount,
                options).Model;
            foreach (int row in tested)
            {
                logits.Add(classifier.Logits(features.Row(row)[..features.Columns]));
                truths.Add(labels[row]);
            }
        }

        return (logits, truths);
    }
}
