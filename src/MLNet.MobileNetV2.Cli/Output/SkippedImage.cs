namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>A picture that could not be used.</summary>
internal sealed record SkippedImage(string Path, string Reason);
