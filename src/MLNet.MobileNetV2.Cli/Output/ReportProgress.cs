namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Tells how far work is.</summary>
/// <param name="done">From 0 to the total.</param>
/// <param name="detail">What to show beside it, the most important first, with commas between; null leaves what is there.</param>
/// <param name="left">How long the work takes yet, where it knows.</param>
internal delegate void ReportProgress(long done, string? detail = null, TimeSpan? left = null);
