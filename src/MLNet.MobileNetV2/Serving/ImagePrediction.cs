namespace MLNet.MobileNetV2;

/// <summary>What came of one image of several. Immutable.</summary>
/// <param name="Path">The file as the caller named it; null for an image that came as bytes.</param>
/// <param name="Scores">The most probable classes, best first; empty for a bad image.</param>
/// <param name="Error">Why the image cannot be used; null where it can.</param>
public sealed record ImagePrediction(string? Path, IReadOnlyList<ClassScore> Scores, BadImageException? Error);
