using MLNet.MobileNetV2.Classification.Gaussians;

namespace MLNet.MobileNetV2.FolderTraining;

/// <summary>What a model keeps of the images that it was trained on, from which it can grow.</summary>
/// <param name="Classes">The class names, in the order of the distributions.</param>
/// <param name="Gaussians">The distributions of the features of the classes.</param>
/// <param name="Temperature">What their scores are divided by to be as sure as they are right.</param>
/// <param name="Unknown">The rule for unknown images; null if there is none.</param>
internal sealed record ClassStatistics(
    IReadOnlyList<string> Classes, ClassGaussians Gaussians, double Temperature, UnknownNumbers? Unknown)
{
    /// <summary>The rule for unknown images of these distributions; null if there is none.</summary>
    public UnknownRule? Rule => Unknown is { } own
        ? new(GaussianScores.Of(Gaussians), own.DistanceWeight, own.ScoreWeight, own.Threshold)
        : null;

    /// <summary>What is kept of a rule.</summary>
    public static UnknownNumbers? UnknownOf(string? label, UnknownRule? rule) =>
        label is null || rule is null ? null : new(label, rule.DistanceWeight, rule.ScoreWeight, rule.Threshold);
}

/// <summary>What is kept of the rule for unknown images beside the distributions.</summary>
internal sealed record UnknownNumbers(string Label, double DistanceWeight, double ScoreWeight, double Threshold);
