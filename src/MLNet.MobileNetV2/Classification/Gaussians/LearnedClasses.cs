using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Classification.Gaussians;

/// <summary>The distributions of classes, and what their photos score with distributions that were fitted without them.</summary>
/// <param name="Gaussians">The distributions.</param>
/// <param name="HeldOut">The scores.</param>
internal sealed record LearnedClasses(ClassGaussians Gaussians, HeldOutScores HeldOut)
{
    /// <summary>Learns from rows.</summary>
    /// <param name="rows">At least one row, all finite.</param>
    /// <param name="labels">The class of each row, from 0.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="loop">The threads.</param>
    public static LearnedClasses Of(IReadOnlyList<float[]> rows, IReadOnlyList<int> labels, int classCount, ParallelLoop loop) =>
        new(ClassGaussians.Fit(rows, labels, classCount, loop), HeldOutScores.Of(rows, labels, classCount, loop));

    /// <summary>The rule for unknown photos that keeps a share of the known ones.</summary>
    /// <exception cref="InvalidOperationException">There are too few photos to tell.</exception>
    public UnknownRule RuleFor(double knownShare) => HeldOut.Count >= HeldOutRows.Fewest
        ? UnknownRule.Fit(Gaussians, HeldOut, knownShare)
        : throw new InvalidOperationException(
            $"Unknown images can be told apart only where at least {HeldOutRows.Fewest} images, and two of a class, can be held out "
            + $"in turn; there are {HeldOut.Count}.");

    /// <summary>What the scores of the distributions are divided by to be as sure as they are right.</summary>
    public double Temperature => HeldOut.Count >= HeldOutRows.Fewest
        ? TemperatureScaling.Fit([.. HeldOut.Scores], HeldOut.Labels)
        : HeldOutScores.UntestedTemperature;
}
