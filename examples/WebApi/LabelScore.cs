namespace WebApi;

/// <summary>A class with its probability, 0 to 1.</summary>
public sealed record LabelScore(string Label, float Score);
