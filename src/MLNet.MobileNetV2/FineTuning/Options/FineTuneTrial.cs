namespace MLNet.MobileNetV2;

/// <summary>
/// What <see cref="MobileNetV2TrainerOptions.FineTuneIfBetter"/> found: the head alone and the fine-tuned network on the same held-out
/// images, each image held out once. Immutable.
/// </summary>
public sealed class FineTuneTrial
{
    // As much as chance alone makes in one of forty comparisons.
    private const double StandardErrors = 2;

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
    /// Whether the network is fine-tuned: not if nothing was tried, or if the images lost exceed those gained by more than chance alone may
    /// make of as many differences (twice their root).
    /// </summary>
    /// <remarks>
    /// The doubt is fine-tuning's: the trial trains on half of the images, in part of the time, and so finds less of a gain than the
    /// training on all of them gives. On the six sets that the benchmarks have, that gained in 17 of 18 trainings.
    /// </remarks>
    public bool ChoosesFineTuning => Images > 0 && Lost - Gained <= StandardErrors * Math.Sqrt(Gained + Lost);
}
