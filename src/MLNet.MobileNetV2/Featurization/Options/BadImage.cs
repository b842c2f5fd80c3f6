namespace MLNet.MobileNetV2;

/// <summary>An image for which the featurizer gave missing features.</summary>
/// <param name="Path">The file as the data named it; null for an image that came as bytes or pixels.</param>
/// <param name="Reason">What was found and what is allowed.</param>
public sealed record BadImage(string? Path, string Reason);
