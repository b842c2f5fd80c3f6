using System.Numerics.Tensors;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Classification.Gaussians;

/// <summary>
/// What features score with each class's normal distribution. The squared Mahalanobis distance from a class is <c>q - 2 s</c>: <c>q</c> is
/// the squared distance from a centre, and <c>s</c> the linear score of the class.
/// </summary>
/// <param name="Center">What is subtracted from the features.</param>
/// <param name="Directions">The directions of the covariance.</param>
/// <param name="DirectionWeights">How much more, or less, a square along each counts.</param>
/// <param name="Precision">How much a square counts in any direction: one divided by the variance.</param>
/// <param name="Kernel">The weights of each class's score.</param>
/// <param name="Biases">Its bias.</param>
internal sealed record GaussianScores(
    float[] Center, float[][] Directions, float[] DirectionWeights, float Precision, float[][] Kernel, float[] Biases)
{
    /// <summary>The scores of distributions.</summary>
    public static GaussianScores Of(ClassGaussians gaussians)
    {
        int features = gaussians.Features;
        float[][] directions = gaussians.Covariance.Directions;
        (double[] along, double other) = gaussians.Covariance.Variances(features);
        float precision = (float)(1 / other);
        float[] weights = Array.ConvertAll(along, variance => (float)((1 / variance) - (1 / other)));
        float[] center = Mean([.. gaussians.Means.OfType<float[]>()]);
        int classes = gaussians.Means.Length;
        float[][] kernel = new float[classes][];
        float[] biases = new float[classes];
        Array.Fill(biases, SoftmaxRegression.AbsentScore * (float)SharedCovariance.MaxDirections);
        for (int c = 0; c < classes; c++)
        {
            float[] row = kernel[c] = new float[features];
            if (gaussians.Means[c] is not { } mean)
            {
                continue;
            }

            float[] distance = new float[features];
            TensorPrimitives.Subtract(mean, center, distance);
            TensorPrimitives.Multiply(distance, precision, row);
            for (int k = 0; k < directions.Length; k++)
            {
                float factor = weights[k] * FixedOrderSums.Dot<float>(distance, directions[k]);
                TensorPrimitives.MultiplyAdd(directions[k], factor, row, row);
            }

            biases[c] = -FixedOrderSums.Dot<float>(row, distance) / 2;
        }

        return new(center, directions, weights, precision, kernel, biases);
    }

    /// <summary>The squared distance from the centre, and the score of each class.</summary>
    public (double Distance, float[] Scores) Of(ReadOnlySpan<float> features)
    {
        float[] centred = new float[features.Length];
        TensorPrimitives.Subtract(features, Center, centred);
        double distance = Precision * FixedOrderSums.SumOfSquares(centred);
        for (int k = 0; k < Directions.Length; k++)
        {
            double along = FixedOrderSums.Dot<float>(centred, Directions[k]);
            distance += DirectionWeights[k] * along * along;
        }

        float[] scores = new float[Biases.Length];
        for (int c = 0; c < scores.Length; c++)
        {
            scores[c] = FixedOrderSums.Dot<float>(centred, Kernel[c]) + Biases[c];
        }

        return (distance, scores);
    }

    /// <summary>
    /// Linear discriminant analysis: the classifier of these distributions, of classes that are as frequent as their rows.
    /// </summary>
    /// <param name="counts">Number of rows of each class; null where all are as frequent.</param>
    /// <param name="temperature">What its scores are divided by.</param>
    public SoftmaxWeights Classifier(IReadOnlyList<long>? counts, double temperature)
    {
        float[] biases = new float[Biases.Length];
        double present = counts?.Sum() ?? 0;
        for (int c = 0; c < biases.Length; c++)
        {
            float prior = counts is null || counts[c] == 0 ? 0 : (float)(temperature * Math.Log(counts[c] / present));
            biases[c] = Biases[c] - FixedOrderSums.Dot<float>(Kernel[c], Center) + prior;
        }

        return TemperatureScaling.Apply(new(Kernel, biases), temperature);
    }

    private static float[] Mean(float[][] means)
    {
        float[] sum = new float[means[0].Length];
        foreach (float[] mean in means)
        {
            TensorPrimitives.MultiplyAdd(mean, 1f / means.Length, sum, sum);
        }

        return sum;
    }
}
