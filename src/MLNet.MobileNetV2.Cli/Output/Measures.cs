using System.Globalization;
using System.Text.Json.Serialization;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>
/// How well images were classified, as JSON. Rows of the confusion are the truth, columns the prediction, both in the order of the classes;
/// intervals have their lower end first. What is no number, as the precision of a class that occurs nowhere, is null.
/// </summary>
internal record Measures(
    int Images,
    double Accuracy,
    IReadOnlyList<double> AccuracyInterval,
    double MacroPrecision,
    double MacroRecall,
    double MacroF1,
    double WeightedF1,
    double LogLoss,
    double Brier,
    double Ece,
    IReadOnlyDictionary<string, double> TopK,
    IReadOnlyList<string> Classes,
    IReadOnlyList<ImageClassResult> PerClass,
    IReadOnlyList<ConfusedClasses> MostConfused,
    IReadOnlyList<ImageLoss> TopLosses,
    IReadOnlyList<IReadOnlyList<int>> Confusion)
{
    private static readonly int[] s_topK = [1, 5];

    public static Measures Of(ClassificationReport report) => new(
        report.Images,
        report.Accuracy,
        [report.AccuracyInterval.Low, report.AccuracyInterval.High],
        report.MacroPrecision,
        report.MacroRecall,
        report.MacroF1,
        report.WeightedF1,
        report.LogLoss,
        report.Brier,
        report.ExpectedCalibrationError,
        s_topK.ToDictionary(k => k.ToString(CultureInfo.InvariantCulture), report.TopK),
        report.Classes,
        [.. report.PerClass.Select(ImageClassResult.Of)],
        report.MostConfused(),
        report.TopLosses,
        report.Confusion);
}

/// <summary>How well one class was recognised.</summary>
internal sealed record ImageClassResult(string Label, int Images, double? Precision, double? Recall, double? F1)
{
    public static ImageClassResult Of(ImageClassMeasures one) =>
        new(one.Label, one.Images, Finite(one.Precision), Finite(one.Recall), Finite(one.F1));

    // JSON has no NaN.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

/// <summary>What <c>evaluate --json</c> prints; with <c>--folds</c> the measures of each fold too.</summary>
internal sealed record EvaluateResult : Measures
{
    public EvaluateResult(
        ClassificationReport report, IReadOnlyList<BadImage> skipped, IReadOnlyList<ClassificationReport>? folds = null, int unknown = 0)
        : base(Of(report))
    {
        Unknown = unknown;
        Skipped = skipped;
        Folds = folds is null ? null : [.. folds.Select(Of)];
    }

    /// <summary>How many images the model takes for none of its classes; the measures are of its best class of these too.</summary>
    public int Unknown { get; }

    public IReadOnlyList<BadImage> Skipped { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Measures>? Folds { get; }
}

/// <summary>What <c>compare --json</c> prints: the second model against the first one.</summary>
internal sealed record CompareResult(
    int Images,
    double FirstAccuracy,
    double SecondAccuracy,
    int FirstOnly,
    int SecondOnly,
    double Difference,
    IReadOnlyList<double> DifferenceInterval,
    double PValue,
    IReadOnlyList<BadImage> Skipped)
{
    public static CompareResult Of(ClassifierComparison comparison, IReadOnlyList<BadImage> skipped) => new(
        comparison.Images,
        comparison.FirstAccuracy,
        comparison.SecondAccuracy,
        comparison.FirstOnly,
        comparison.SecondOnly,
        comparison.Difference,
        [comparison.DifferenceInterval.Low, comparison.DifferenceInterval.High],
        comparison.PValue,
        skipped);
}
