using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="MobileNetV2DetectionEstimator"/>. Read once, when the estimator is made.</summary>
public sealed class MobileNetV2DetectionOptions
{
    /// <summary>
    /// Name of the image column: file paths (text), an unsized <c>MLImage</c>, or the bytes of an encoded image
    /// (<c>Vector&lt;Byte&gt;</c>). Default: <c>ImagePath</c>.
    /// </summary>
    public string InputColumnName { get; init; } = "ImagePath";

    /// <summary>Name of the column of labels, best first. Default: <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>
    /// Name of the column of boxes: left, top, right and bottom of each. Default: <c>PredictedBoundingBoxes</c>.
    /// </summary>
    public string PredictedBoundingBoxesColumnName { get; init; } = "PredictedBoundingBoxes";

    /// <summary>Name of the column of scores. Default: <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>
    /// The detector's network and classes, for example one that was trained on one's own boxes. Default: null, COCO's weights in the
    /// package.
    /// </summary>
    public DetectorModel? Model { get; init; }

    /// <inheritdoc cref="MobileNetV2DetectorOptions.Threshold"/>
    public float Threshold { get; init; } = 0.5f;

    /// <inheritdoc cref="MobileNetV2DetectorOptions.Overlap"/>
    public float Overlap { get; init; } = 0.5f;

    /// <inheritdoc cref="MobileNetV2DetectorOptions.Top"/>
    public int Top { get; init; } = 20;

    /// <summary>
    /// What happens with an image that cannot be used: <see cref="BadImageHandling.MissingFeatures"/> gives a row of no objects, in a
    /// loaded model too. Default: <see cref="BadImageHandling.Throw"/>.
    /// </summary>
    public BadImageHandling OnBadImage { get; init; } = BadImageHandling.Throw;

    /// <summary>
    /// Called for each image that gave no objects for being bad, each time that its row is read, by the thread that reads it; threads may
    /// call at the same time. It is not saved. Default: null.
    /// </summary>
    public Action<BadImage>? BadImageFound { get; init; }

    internal void Validate()
    {
        Require.ColumnName(InputColumnName);
        Require.ColumnName(PredictedLabelColumnName);
        Require.ColumnName(PredictedBoundingBoxesColumnName);
        Require.ColumnName(ScoreColumnName);
        string[] outputs = [PredictedLabelColumnName, PredictedBoundingBoxesColumnName, ScoreColumnName];
        Require.That(
            outputs.Distinct(StringComparer.Ordinal).Count() == outputs.Length,
            string.Join(", ", outputs),
            "three different names",
            nameof(PredictedLabelColumnName));
        new MobileNetV2DetectorOptions { Threshold = Threshold, Overlap = Overlap, Top = Top }.Validate();
        Require.Defined(OnBadImage);
    }
}
