using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Which learning rates are tried. Immutable.</summary>
public sealed record LearningRateSearchOptions
{
    /// <summary>The first and least rate, above 0. Default: 1e-6.</summary>
    public double From { get; init; } = 1e-6;

    /// <summary>The last and greatest rate, above the first. Default: 1.</summary>
    public double To { get; init; } = 1;

    /// <summary>Number of steps, at least 10, each with a rate greater by the same factor. Default: 100.</summary>
    public int Steps { get; init; } = 100;

    internal void Validate()
    {
        Require.Positive(From);
        Require.That(double.IsFinite(To) && To > From, To, FormattableString.Invariant($"a finite number above {nameof(From)}, {From}"));
        Require.AtLeast(10, Steps);
    }
}
