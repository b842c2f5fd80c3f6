namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>What the network should give for each view of an image. Thread-safe.</summary>
internal interface ITargetSource
{
    /// <summary>Number of values of one target.</summary>
    int Count { get; }

    /// <summary>Writes the target of an image's view in an epoch.</summary>
    /// <returns>False for an image that is left out because it cannot be read any more.</returns>
    bool TryRead(int photo, int epoch, Span<float> target);
}
