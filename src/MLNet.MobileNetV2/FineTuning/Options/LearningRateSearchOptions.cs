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
        if (!(double.IsFinite(From) && From > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(From), From, FormattableString.Invariant($"{nameof(From)} is {From}; a finite number above 0 is needed."));
        }

        if (!(double.IsFinite(To) && To > From))
        {
            throw new ArgumentOutOfRangeException(
                nameof(To), To, FormattableString.Invariant($"{nameof(To)} is {To}; a finite number above {nameof(From)}, {From}, is needed."));
        }

        if (Steps < 10)
        {
            throw new ArgumentOutOfRangeException(nameof(Steps), Steps, $"{nameof(Steps)} is {Steps}; at least 10 are needed.");
        }
    }
}
