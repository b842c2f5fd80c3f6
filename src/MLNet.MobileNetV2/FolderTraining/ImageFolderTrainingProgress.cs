namespace MLNet.MobileNetV2;

/// <summary>How far a training on a folder is. Immutable.</summary>
public sealed class ImageFolderTrainingProgress
{
    internal ImageFolderTrainingProgress(double fraction, string? detail, TimeSpan? remaining)
    {
        Fraction = fraction;
        Detail = detail;
        Remaining = remaining;
    }

    /// <summary>From 0 to 1.</summary>
    public double Fraction { get; }

    /// <summary>
    /// How a download of the weights goes, or epoch, loss, accuracy and images a second of a fine-tuning, as text in the invariant culture;
    /// else null.
    /// </summary>
    public string? Detail { get; }

    /// <summary>The time left; null if it is not known.</summary>
    public TimeSpan? Remaining { get; }
}
