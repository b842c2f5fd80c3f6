using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <c>mlContext.MulticlassClassification.EvaluateImageClassifier</c>. Immutable.</summary>
public sealed record ImageClassifierEvaluationOptions
{
    /// <summary>Name of the column with the true class: text or a key.</summary>
    /// <value>The default is <c>Label</c>.</value>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Name of the column with the probability of every class.</summary>
    /// <value>The default is <c>Score</c>.</value>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>
    /// Name of the text column that names images in <see cref="ClassificationReport.TopLosses"/>, where the data has it.
    /// </summary>
    /// <value>The default is <c>ImagePath</c>.</value>
    public string ImagePathColumnName { get; init; } = "ImagePath";

    /// <summary>Name of a text column whose equal values make a group (<see cref="ScoredImage.Group"/>).</summary>
    /// <value>The default is null: each image stands for itself.</value>
    public string? GroupColumnName { get; init; }

    /// <summary>Intervals, bins and losses.</summary>
    /// <value>The default is a <see cref="ClassificationReportOptions"/> with its defaults.</value>
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
