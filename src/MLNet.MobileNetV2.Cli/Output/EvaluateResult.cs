namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>What <c>evaluate --json</c> prints.</summary>
internal sealed record EvaluateResult(
    int Images,
    double Accuracy,
    double LogLoss,
    IReadOnlyList<string> Classes,
    IReadOnlyList<IReadOnlyList<int>> Confusion,
    IReadOnlyList<SkippedImage> Skipped);
