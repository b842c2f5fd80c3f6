namespace MLNet.MobileNetV2;

/// <summary>
/// What <see cref="MobileNetV2TrainerOptions.FineTuneIfBetter"/> found: the head alone and the fine-tuned network on the same held-out
/// images, each image held out once. Immutable.
/// </summary>
public sealed class FineTuneTrial
{
    // A gain of as much as chance alone makes in one of six comparisons.
    private const double LeastGain = 1;

    internal FineTuneTrial()
    {
    }

    /// <summary>Number of held-out images; 0 if nothing was tried.</summary>
    public int Images { get; internal init; }

    /// <summary>How well the head alone does on the held-out images; null if nothing was tried.</summary>
    public ValidationResult? Head { get; internal init; }

    /// <summary>How well the fine-tuned network does on them; null if nothing was tried.</summary>
    public ValidationResult? FineTuned { get; internal init; }

    /// <summary>Images that the fine-tuned network alone classifies correctly.</summary>
    public int Gained { get; internal init; }

    /// <summary>Images that the head alone classifies correctly.</summary>
    public int Lost { get; internal init; }

    /// <summary>Why nothing was tried, as a sentence without its full stop; null if something was.</summary>
    public string? UntriedReason { get; internal init; }

    /// <summary>
    /// Standard error of the mean difference between both losses of an image; 0 if nothing was tried.
    /// </summary>
    public double LossError { get; internal init; }

    /// <summary>
    /// Whether the network is fine-tuned: the images gained exceed those lost by more than chance alone may make of as many differences
    /// (their root, one standard error); or they are no fewer, and the mean loss is less by more than one standard error.
    /// </summary>
    public bool IsFineTunedBetter =>
        Gained - Lost > LeastGain * Math.Sqrt(Gained + Lost)
        || (Gained >= Lost && Head?.Loss - FineTuned?.Loss > LeastGain * LossError);
}
