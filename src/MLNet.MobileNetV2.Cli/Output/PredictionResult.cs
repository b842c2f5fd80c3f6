namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>A line of <c>predict --json</c> or <c>classify --json</c>.</summary>
internal sealed record PredictionResult<TScore>(string Path, string Label, float Score, IReadOnlyList<TScore> Top);
