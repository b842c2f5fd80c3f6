namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>What <c>evaluate --json</c> prints. Rows of the confusion are the truth, columns the prediction, both in the order of the classes.</summary>
internal sealed record EvaluateResult(
    int Images,
    double Accuracy,
    double MacroF1,
    double LogLoss,
    IReadOnlyList<string> Classes,
    IReadOnlyList<IReadOnlyList<int>> Confusion,
    IReadOnlyList<SkippedImage> Skipped);
