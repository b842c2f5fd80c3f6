namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>What <c>train --json</c> prints.</summary>
internal sealed record TrainResult(
    IReadOnlyList<string> Classes,
    long TrainImages,
    int ValidationImages,
    double? ValidationAccuracy,
    string Weights,
    string FineTuned,
    double? TrialHeadAccuracy,
    double? TrialFineTunedAccuracy,
    double Seconds,
    IReadOnlyList<SkippedImage> Skipped);
