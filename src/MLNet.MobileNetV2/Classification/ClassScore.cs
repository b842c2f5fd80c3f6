namespace MLNet.MobileNetV2;

/// <summary>A class with its probability.</summary>
/// <param name="Index">The class's index among the classifier's labels.</param>
/// <param name="Label">The class's name; of a model's class, the one that <see cref="ClassNames"/> gives.</param>
/// <param name="Score">Its probability, 0 to 1.</param>
public sealed record ClassScore(int Index, string Label, float Score);
