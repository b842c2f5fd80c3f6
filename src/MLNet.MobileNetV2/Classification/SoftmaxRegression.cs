using System.Numerics.Tensors;
using MLNet.MobileNetV2.Classification.Solver;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Classification;

/// <summary>
/// Softmax regression (multinomial logistic regression): minimises the sum over the rows of the log-loss plus l2 / 2 times the squared
/// weights, biases not penalised.
/// </summary>
internal static class SoftmaxRegression
{
    /// <summary>
    /// Score of a class without rows, whatever the features: the others' scores have mean 0, so the largest is at least 0 and such a
    /// class has a probability below 3e-9. (The minimum lies at minus infinity.)
    /// </summary>
    internal const float AbsentScore = -20;

    /// <summary>Trains a classifier.</summary>
    /// <param name="features">At least one row, all finite; scaled in place.</param>
    /// <param name="labels">Class of each row, from 0; at least two classes have rows.</param>
    /// <param name="weights">Weight of each row's log-loss, above 0; null if all weigh 1.</param>
    /// <param name="classCount">Number of classes, those without rows included.</param>
    /// <param name="options">Validated options.</param>
    /// <returns>The classifier, and where the training ended.</returns>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public static (SoftmaxWeights Model, HeadTrainingProgress End) Fit(
        FeatureBlocks features, int[] labels, float[]? weights, int classCount, MobileNetV2HeadOptions options)
    {
        int[] classes = Present(labels, classCount, out int[] counts, out int[] places);
        var loop = new ParallelLoop(options.Threads, options.CancellationToken);
        var vectors = new VectorMath(loop);
        FeatureScaling scaling = FeatureScaling.Apply(features, classes.Length, options.L2Regularization, loop);
        int[] compact = Array.ConvertAll(labels, label => places[label]);
        var objective = new SoftmaxObjective(features, compact, weights, classes.Length, scaling.Penalty, loop, options.LabelSmoothing);
        var start = new float[objective.Length];
        for (int c = 0; c < classes.Length; c++)
        {
            double frequency = (double)counts[classes[c]] / labels.Length;
            start[(c * features.Width) + features.Columns] = (float)(Math.Log(frequency) / scaling.BiasInput);
        }

        double totalWeight = weights?.Sum(weight => (double)weight) ?? labels.Length;
        HeadTrainingProgress end = null!;
        float[] solution = new LimitedMemoryBfgs(objective, vectors).Minimize(
            start,
            options.OptimizationTolerance,
            options.MaximumIterations,
            (iteration, value, gradient) =>
            {
                end = new HeadTrainingProgress(iteration, value / totalWeight, gradient);
                options.Progress?.Report(end);
            });
        return (Unscale(solution, features, scaling, classes, classCount), end);
    }

    private static int[] Present(int[] labels, int classCount, out int[] counts, out int[] places)
    {
        counts = new int[classCount];
        places = new int[classCount];
        foreach (int label in labels)
        {
            counts[label]++;
        }

        var classes = new List<int>();
        for (int c = 0; c < classCount; c++)
        {
            if (counts[c] > 0)
            {
                places[c] = classes.Count;
                classes.Add(c);
            }
        }

        return [.. classes];
    }

    private static SoftmaxWeights Unscale(float[] solution, FeatureBlocks features, FeatureScaling scaling, int[] classes, int classCount)
    {
        var weights = new float[classCount][];
        var biases = new float[classCount];
        Array.Fill(biases, AbsentScore);
        var presentBiases = new double[classes.Length];
        for (int c = 0; c < classes.Length; c++)
        {
            float[] classWeights = weights[classes[c]] = new float[features.Columns];
            presentBiases[c] = scaling.Unscale(solution.AsSpan(c * features.Width, features.Width), classWeights);
        }

        // Equal additions to all biases change no probability: the mean is set to 0.
        double mean = presentBiases.Average();
        for (int c = 0; c < classes.Length; c++)
        {
            biases[classes[c]] = (float)(presentBiases[c] - mean);
        }

        for (int c = 0; c < classCount; c++)
        {
            weights[c] ??= new float[features.Columns];
        }

        return new SoftmaxWeights(weights, biases);
    }
}

/// <summary>A linear classifier: the score of a class is its weights times the features, plus its bias.</summary>
/// <param name="Weights">A weight for each feature, for each class.</param>
/// <param name="Biases">A bias for each class.</param>
internal sealed record SoftmaxWeights(float[][] Weights, float[] Biases)
{
    /// <summary>The score of every class.</summary>
    public float[] Logits(ReadOnlySpan<float> features)
    {
        float[] logits = new float[Biases.Length];
        Score(features, logits);
        return logits;
    }

    /// <summary>Writes the score of every class.</summary>
    public void Score(ReadOnlySpan<float> features, Span<float> logits)
    {
        for (int c = 0; c < logits.Length; c++)
        {
            logits[c] = TensorPrimitives.Dot(features, Weights[c]) + Biases[c];
        }
    }
}
