using Microsoft.ML;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="MobileNetV2DetectorTrainer"/> in a pipeline. Read once, when the trainer is made.</summary>
public sealed class MobileNetV2DetectorTrainerOptions
{
    /// <summary>Name of the column with the class of each box: a vector of text or of keys. Default: <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>
    /// Name of the column of boxes: left, top, right and bottom of each, in pixels of the upright photo, as <c>Vector&lt;Single&gt;</c>.
    /// Default: <c>BoundingBoxes</c>.
    /// </summary>
    public string BoundingBoxColumnName { get; init; } = "BoundingBoxes";

    /// <summary>
    /// The image column, and the columns, the thresholds and the handling of bad images of the model that is trained.
    /// <see cref="MobileNetV2DetectionOptions.OnBadImage"/> counts for training too, where
    /// <see cref="BadImageHandling.MissingFeatures"/> leaves an image out. Default: the defaults of
    /// <see cref="MobileNetV2DetectionOptions"/>, with no <see cref="MobileNetV2DetectionOptions.Model"/>.
    /// </summary>
    public MobileNetV2DetectionOptions Detection { get; init; } = new();

    /// <summary>How the detector is trained. Default: the defaults of <see cref="DetectorTrainingOptions"/>.</summary>
    public DetectorTrainingOptions Training { get; init; } = new();

    /// <summary>
    /// Data to validate on, with the same columns. Default: null; <see cref="DetectorTrainingOptions.ValidationShare"/> of the rows.
    /// </summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>Told of each step and epoch, on the thread that called <c>Fit</c>. Default: null.</summary>
    public IProgress<DetectorTrainingProgress>? Progress { get; init; }

    /// <summary>Stops <c>Fit</c>. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate()
    {
        Require.ColumnName(LabelColumnName);
        Require.ColumnName(BoundingBoxColumnName);
        ArgumentNullException.ThrowIfNull(Detection);
        Detection.Validate();
        Require.That(
            Detection.Model is null, "given", "null: the model is what is trained", $"{nameof(Detection)}.{nameof(Detection.Model)}");
        ArgumentNullException.ThrowIfNull(Training);
        Training.Validate();
    }
}
