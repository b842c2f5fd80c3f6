namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>What a run says beside the gradient.</summary>
/// <param name="LossSum">The sum over the samples of weight x loss, not divided by the normalizer.</param>
/// <param name="Correct">Samples whose largest output is where the largest target is.</param>
internal readonly record struct GradientResult(double LossSum, int Correct);
