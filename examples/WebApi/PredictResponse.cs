namespace WebApi;

/// <summary>The answer to a prediction.</summary>
/// <param name="Predictions">The most probable classes, best first.</param>
public sealed record PredictResponse(IReadOnlyList<LabelScore> Predictions);
