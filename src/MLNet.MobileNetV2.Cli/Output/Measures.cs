namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>What <c>train --json</c> says of the pictures to validate on, with the names and meanings of <see cref="EvaluateResult"/>.</summary>
internal sealed record Measures(
    int Images,
    double Accuracy,
    double MacroF1,
    double LogLoss,
    IReadOnlyList<string> Classes,
    IReadOnlyList<IReadOnlyList<int>> Confusion)
{
    public static Measures Of(ClassificationReport report) =>
        new(report.Images, report.Accuracy, report.MacroF1, report.LogLoss, report.Classes, report.Confusion);
}
