namespace MLNet.MobileNetV2;

/// <summary>What came of one picture of several. Immutable.</summary>
/// <param name="Path">The file as the caller named it; null for a picture that came as bytes.</param>
/// <param name="Scores">The most probable classes, best first; empty for a bad picture.</param>
/// <param name="Error">Why the picture cannot be used; null where it can.</param>
public sealed record ImagePrediction(string? Path, IReadOnlyList<ClassScore> Scores, BadImageException? Error);
