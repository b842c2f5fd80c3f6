namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>How far work is at one moment.</summary>
/// <param name="Title">What is done.</param>
/// <param name="Fraction">From 0 to 1.</param>
/// <param name="Detail">What to show beside it, the most important first, with commas between; may be empty.</param>
/// <param name="Left">How long it takes yet; null where that cannot be told.</param>
internal readonly record struct ProgressMoment(string Title, double Fraction, string Detail, TimeSpan? Left);
