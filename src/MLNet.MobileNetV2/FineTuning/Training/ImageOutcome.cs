using System.Numerics.Tensors;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>How well a classifier does on one image.</summary>
/// <param name="Loss">The log-loss: minus the logarithm of the probability of the image's class.</param>
/// <param name="IsCorrect">Whether the image's class has the highest score.</param>
internal readonly record struct ImageOutcome(double Loss, bool IsCorrect)
{
    /// <summary>The outcome of logits.</summary>
    public static ImageOutcome Of(ReadOnlySpan<float> logits, int label)
    {
        double greatest = TensorPrimitives.Max(logits);
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - greatest);
        }

        return new(Math.Log(sum) + greatest - logits[label], TensorPrimitives.IndexOfMax(logits) == label);
    }
}
