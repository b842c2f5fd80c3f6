namespace MLNet.MobileNetV2;

/// <summary>What a search for the learning rate found. Immutable.</summary>
/// <param name="Points">The curve, from the least rate up to where the loss ran away or the search ended.</param>
/// <param name="Suggestion">
/// A tenth of the rate at which the smoothed loss was least: below it by far enough that the training is stable.
/// </param>
public sealed record LearningRateSearch(IReadOnlyList<LearningRatePoint> Points, double Suggestion);
