namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>What the network should give for each view of a photo. Thread-safe.</summary>
internal interface ITargetSource
{
    /// <summary>Number of values of one target.</summary>
    int Count { get; }

    /// <summary>Writes the target of a photo's view in an epoch.</summary>
    /// <returns>False for a photo that is left out because it cannot be read any more.</returns>
    bool TryRead(int photo, int epoch, Span<float> target);
}
