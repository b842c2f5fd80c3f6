using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <c>mlContext.MulticlassClassification.EvaluateImageClassifier</c>. Immutable.</summary>
public sealed record ImageClassifierEvaluationOptions
{
    /// <summary>Name of the column with the true class: text or a key. Default: <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Name of the column with the probability of every class. Default: <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>
    /// Name of the text column that names images in <see cref="ClassificationReport.TopLosses"/>, where the data has it.
    /// Default: <c>ImagePath</c>.
    /// </summary>
    public string ImagePathColumnName { get; init; } = "ImagePath";

    /// <summary>
    /// Name of a text column whose equal values make a group (<see cref="ScoredImage.Group"/>). Default: null, each image stands for
    /// itself.
    /// </summary>
    public string? GroupColumnName { get; init; }

    /// <summary>Intervals, bins and losses. Default: the defaults of <see cref="ClassificationReportOptions"/>.</summary>
    public ClassificationReportOptions Report { get; init; } = new();

    internal void Validate()
    {
        Require.ColumnName(LabelColumnName);
        Require.ColumnName(ScoreColumnName);
        Require.ColumnName(ImagePathColumnName);
        if (GroupColumnName is not null)
        {
            Require.ColumnName(GroupColumnName);
        }

        ArgumentNullException.ThrowIfNull(Report);
        Report.Validate();
    }
}
