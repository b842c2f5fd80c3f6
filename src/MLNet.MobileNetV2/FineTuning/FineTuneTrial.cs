namespace MLNet.MobileNetV2.FineTuning;

/// <summary>What the trial of <see cref="MobileNetV2TrainerOptions.FineTuneIfBetter"/> found on the photos that it held out.</summary>
/// <param name="Head">How well the head alone does.</param>
/// <param name="FineTuned">How well the fine-tuned network does.</param>
public readonly record struct FineTuneTrial(ValidationResult Head, ValidationResult FineTuned)
{
    /// <summary>
    /// Whether the network is fine-tuned: it told more of the photos right or, of equally many, with a smaller loss.
    /// </summary>
    public bool IsFineTunedBetter => FineTuned.IsBetterThan(Head);
}
