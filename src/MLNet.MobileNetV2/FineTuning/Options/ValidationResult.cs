namespace MLNet.MobileNetV2;

/// <summary>How well a network does on the images that it is not trained on.</summary>
/// <param name="Loss">Mean loss: the log-loss, labels not smoothed; or the squared error of a distillation.</param>
/// <param name="Accuracy">Share of the images whose class has the highest score; null if there are no classes.</param>
public readonly record struct ValidationResult(double Loss, double? Accuracy)
{
    // Accuracy counts; it is coarse, so the loss decides between equal ones.
    internal bool IsBetterThan(ValidationResult other) => Accuracy == other.Accuracy
        ? Loss < other.Loss || (double.IsNaN(other.Loss) && !double.IsNaN(Loss))
        : Accuracy > other.Accuracy;
}

/// <summary>The outcome of the trial of <see cref="MobileNetV2TrainerOptions.FineTuneIfBetter"/>. Immutable.</summary>
public sealed class FineTuneTrial
{
    internal FineTuneTrial()
    {
    }

    /// <summary>How well the head alone does on the held-out images; null if nothing was tried.</summary>
    public ValidationResult? Head { get; internal init; }

    /// <summary>How well the fine-tuned network does on them; null if nothing was tried.</summary>
    public ValidationResult? FineTuned { get; internal init; }

    /// <summary>Why nothing was tried, as a sentence without its full stop; null if something was.</summary>
    public string? UntriedReason { get; internal init; }

    /// <summary>
    /// Whether the network is fine-tuned: it classified more of the images correctly or, if equally many, with a smaller loss.
    /// </summary>
    public bool IsFineTunedBetter => Head is { } head && FineTuned is { } tuned && tuned.IsBetterThan(head);
}
