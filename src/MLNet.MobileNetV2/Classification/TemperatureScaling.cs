using System.Numerics.Tensors;

namespace MLNet.MobileNetV2.Classification;

/// <summary>
/// Divides all scores by one number, so that probabilities are as often right as they say (arXiv 1706.04599); the most probable class
/// stays.
/// </summary>
internal static class TemperatureScaling
{
    private const double Least = 0.1;
    private const double Most = 20;
    private const int Steps = 40;

    private static readonly double s_golden = (Math.Sqrt(5) - 1) / 2;

    /// <summary>The temperature with the smallest mean log-loss, from 0.1 to 20.</summary>
    /// <param name="logits">Scores of images that the classifier was not trained on.</param>
    /// <param name="labels">Their classes.</param>
    public static double Fit(IReadOnlyList<float[]> logits, IReadOnlyList<int> labels)
    {
        // The loss has one minimum in the inverse, and so in the logarithm.
        (double low, double high) = (Math.Log(Least), Math.Log(Most));
        for (int step = 0; step < Steps; step++)
        {
            double width = s_golden * (high - low);
            (low, high) = Loss(high - width) < Loss(low + width) ? (low, low + width) : (high - width, high);
        }

        return Math.Exp((low + high) / 2);

        double Loss(double logarithm) => Losses(logits, labels, Math.Exp(logarithm)).Average();
    }

    /// <summary>The log-loss of each image at a temperature.</summary>
    public static double[] Losses(IReadOnlyList<float[]> logits, IReadOnlyList<int> labels, double temperature)
    {
        double[] losses = new double[logits.Count];
        for (int image = 0; image < losses.Length; image++)
        {
            float[] scores = logits[image];
            float most = TensorPrimitives.Max<float>(scores);
            double sum = 0;
            foreach (float score in scores)
            {
                sum += Math.Exp((score - most) / temperature);
            }

            losses[image] = Math.Log(sum) - ((scores[labels[image]] - most) / temperature);
        }

        return losses;
    }

    /// <summary>A classifier whose scores are divided by a temperature.</summary>
    public static SoftmaxWeights Apply(SoftmaxWeights classifier, double temperature)
    {
        float factor = (float)(1 / temperature);
        return new([.. classifier.Weights.Select(Scaled)], Scaled(classifier.Biases));

        float[] Scaled(float[] values)
        {
            var scaled = new float[values.Length];
            TensorPrimitives.Multiply(values, factor, scaled);
            return scaled;
        }
    }
}
