namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Tells how far work is.</summary>
/// <param name="done">From 0 to the total.</param>
/// <param name="detail">What to show beside it; null leaves what is there.</param>
internal delegate void ReportProgress(long done, string? detail = null);
