namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>What <c>train --json</c> prints.</summary>
internal sealed record TrainResult(
    IReadOnlyList<string> Classes,
    long TrainImages,
    int ValidationImages,
    double? ValidationAccuracy,
    Measures? Validation,
    string Weights,
    int FineTunedBlocks,
    bool FineTunedAll,
    double? TrialHeadAccuracy,
    double? TrialFineTunedAccuracy,
    string? UntriedReason,
    double Seconds,
    IReadOnlyList<SkippedImage> Skipped);
