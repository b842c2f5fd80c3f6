namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>A line of <c>predict --json</c> or <c>classify --json</c> for a picture that cannot be used.</summary>
internal sealed record PredictionError(string Path, string Error);
