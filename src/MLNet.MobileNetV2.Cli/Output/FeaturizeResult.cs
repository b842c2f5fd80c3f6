namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>What <c>featurize --json</c> prints.</summary>
internal sealed record FeaturizeResult(
    string Output,
    long Images,
    int Features,
    string Weights,
    string? Shard,
    bool WasThere,
    long FromCache,
    double Seconds,
    IReadOnlyList<SkippedImage> Skipped);
