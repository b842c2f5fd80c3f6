namespace MLNet.MobileNetV2;

/// <summary>The classifier at the start of a fine-tuning.</summary>
public enum ClassifierStart
{
    /// <summary><see cref="Solved"/> where nothing else is trained, else <see cref="Random"/>.</summary>
    Auto,

    /// <summary>
    /// The best one on the features of the network as it is, found as <c>MobileNetV2Head</c> does: the warm-up of the head, to its end.
    /// Fine-tuning then begins where the head alone ends, and moves little: a solved classifier is sure of every image, which leaves
    /// hardly a gradient.
    /// </summary>
    Solved,

    /// <summary>Drawn from the seed, as <c>MobileNetV2Weights.Initialize</c> does.</summary>
    Random,
}
