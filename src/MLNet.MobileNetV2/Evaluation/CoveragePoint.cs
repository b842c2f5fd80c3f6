namespace MLNet.MobileNetV2;

/// <summary>What remains where images of a smaller greatest probability than a threshold are refused. Immutable and thread-safe.</summary>
/// <param name="Threshold">The least greatest probability that is not refused.</param>
/// <param name="Coverage">The share of the images that are not refused.</param>
/// <param name="Error">The share of those whose most probable class is wrong.</param>
public sealed record CoveragePoint(float Threshold, double Coverage, double Error);
