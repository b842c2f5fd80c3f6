using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="UnknownImageEstimator"/>. Immutable and thread-safe.</summary>
public sealed record UnknownImageOptions
{
    internal const double DefaultKnownShare = 0.95;

    /// <summary>Name of the label column, a key, which only <c>Fit</c> reads. Default: "Label".</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Name of the feature column, a vector of <see cref="float"/> of known size. Default: "Features".</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>
    /// Name of the column with the predicted class as text, which becomes <see cref="UnknownLabel"/> for an unknown image. Default:
    /// "PredictedLabel".
    /// </summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>What an image of none of the classes is called, not empty. Default: "unknown".</summary>
    public string UnknownLabel { get; init; } = "unknown";

    /// <summary>
    /// Share of images of the classes, between 0 and 1, that must not be called unknown, as images tell that are held out in turn. A
    /// greater share lets more unknown images pass. Default: 0.95.
    /// </summary>
    public double KnownShare { get; init; } = DefaultKnownShare;

    /// <summary>Stops <c>Fit</c> with <see cref="OperationCanceledException"/>. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate()
    {
        Require.ColumnName(LabelColumnName);
        Require.ColumnName(FeatureColumnName);
        Require.ColumnName(PredictedLabelColumnName);
        CheckRule(UnknownLabel, KnownShare);
    }

    internal static void CheckRule(string unknownLabel, double knownShare)
    {
        Require.Text(unknownLabel, "a name", nameof(UnknownLabel));
        Require.That(!unknownLabel.Any(char.IsControl), unknownLabel, "a name without control characters", nameof(UnknownLabel));
        Require.That(knownShare is > 0 and < 1, knownShare, "a number between 0 and 1", nameof(KnownShare));
    }
}
