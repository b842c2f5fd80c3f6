namespace MLNet.MobileNetV2;

/// <summary>Images of one class that were taken for another. Immutable and thread-safe.</summary>
/// <param name="Truth">Their class.</param>
/// <param name="Predicted">The class that they were taken for.</param>
/// <param name="Count">How many.</param>
public sealed record ConfusedClasses(string Truth, string Predicted, int Count);

/// <summary>An image that a classifier is far from. Immutable and thread-safe.</summary>
/// <param name="Path">Its file; null where it is not known.</param>
/// <param name="Truth">Its class.</param>
/// <param name="Predicted">The most probable class.</param>
/// <param name="Score">The probability of that.</param>
/// <param name="Loss">-ln(probability of the true class).</param>
public sealed record ImageLoss(string? Path, string Truth, string Predicted, float Score, double Loss);
