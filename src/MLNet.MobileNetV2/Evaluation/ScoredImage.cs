namespace MLNet.MobileNetV2;

/// <summary>An image whose class is known, with the probabilities that a classifier gave. Immutable and thread-safe.</summary>
/// <param name="TrueClass">Index of its class among those of the report.</param>
/// <param name="Probabilities">The probability of every class.</param>
public sealed record ScoredImage(int TrueClass, ReadOnlyMemory<float> Probabilities)
{
    /// <summary>The image's file, for <see cref="ClassificationReport.TopLosses"/>.</summary>
    /// <value>The default is null: it is not known.</value>
    public string? Path { get; init; }

    /// <summary>
    /// What the image has in common with others that it is not independent of, such as the object that they show: images of one group are
    /// drawn together for the intervals.
    /// </summary>
    /// <value>The default is null: the image stands for itself.</value>
    public string? Group { get; init; }
}
