namespace MLNet.MobileNetV2;

/// <summary>What the trial of <see cref="MobileNetV2TrainerOptions.FineTuneIfBetter"/> found on the images that it held out.</summary>
/// <param name="Head">How well the head alone does; null where nothing was tried.</param>
/// <param name="FineTuned">How well the fine-tuned network does; null where nothing was tried.</param>
public readonly record struct FineTuneTrial(ValidationResult? Head, ValidationResult? FineTuned)
{
    /// <summary>Why nothing was tried, as a sentence without its stop; null where something was.</summary>
    public string? UntriedReason { get; private init; }

    /// <summary>
    /// Whether the network is fine-tuned: it told more of the images right or, of equally many, with a smaller loss.
    /// </summary>
    public bool IsFineTunedBetter => Head is { } head && FineTuned is { } tuned && tuned.IsBetterThan(head);

    internal static FineTuneTrial Untried(string reason) => new(null, null) { UntriedReason = reason };
}
