namespace MLNet.MobileNetV2;

/// <summary>With which classifier a fine-tuning begins.</summary>
public enum ClassifierStart
{
    /// <summary>
    /// The best one on the features of the network as it is, found as <c>MobileNetV2Head</c> does: the warm-up of the head, to its end.
    /// Fine-tuning then begins where the head alone ends.
    /// </summary>
    Solved,

    /// <summary>Drawn from the seed, as <c>MobileNetV2Weights.Initialize</c> does: for training from scratch.</summary>
    Random,
}
