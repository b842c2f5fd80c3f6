using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Classification.Solver;
using MLNet.MobileNetV2.Tests.Classification.Solver;

namespace MLNet.MobileNetV2.Tests.Classification;

/// <summary>Random rows like pooled ReLU6 features: not negative, many zeros, classes that overlap.</summary>
internal sealed record LabeledFeatures(float[][] Rows, int[] Labels, int ClassCount)
{
    public int Columns => Rows[0].Length;

    public static LabeledFeatures Random(int seed, int rows, int columns, int classes, double separation = 1)
    {
        var random = new Random(seed);
        double[][] means =
            [.. Enumerable.Range(0, classes).Select(_ => Enumerable.Range(0, columns).Select(_ => separation * Normal(random)).ToArray())];
        var labels = new int[rows];
        var features = new float[rows][];
        for (int i = 0; i < rows; i++)
        {
            labels[i] = i < classes ? i : random.Next(classes);
            double[] mean = means[labels[i]];
            features[i] = [.. mean.Select(value => (float)Math.Clamp(value + Normal(random), 0, 6))];
        }

        return new LabeledFeatures(features, labels, classes);
    }

    public LabeledFeatures Reordered(int[] order) =>
        this with { Rows = [.. order.Select(i => Rows[i])], Labels = [.. order.Select(i => Labels[i])] };

    public FeatureBlocks ToBlocks()
    {
        var blocks = new FeatureBlocks(Columns);
        foreach (float[] row in Rows)
        {
            row.CopyTo(blocks.AddRow());
        }

        return blocks;
    }

    public (SoftmaxWeights Model, HeadTrainingProgress End) Fit(MobileNetV2HeadOptions options) =>
        SoftmaxRegression.Fit(ToBlocks(), Labels, weights: null, ClassCount, options);

    /// <summary>The objective of the options, computed plainly in double.</summary>
    public double Objective(SoftmaxWeights model, double l2) => NaiveSoftmax.Objective(
        Rows, Labels,
        [
            .. model.Weights.Select((weights, c) => (double[])[.. weights.Select(weight => (double)weight), model.Biases[c]]),
        ], l2);

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
