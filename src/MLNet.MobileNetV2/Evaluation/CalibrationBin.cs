namespace MLNet.MobileNetV2;

/// <summary>The images whose greatest probability lies between two bounds. Immutable and thread-safe.</summary>
/// <param name="From">The lower bound, which the first bin alone includes.</param>
/// <param name="To">The upper bound, included.</param>
/// <param name="Images">Number of images.</param>
/// <param name="Confidence">Mean of their greatest probabilities; NaN without images.</param>
/// <param name="Accuracy">Share of them whose most probable class is the true one; NaN without images.</param>
public sealed record CalibrationBin(double From, double To, int Images, double Confidence, double Accuracy);
