using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Which learning rates are tried. Immutable.</summary>
public sealed class LearningRateSearchOptions
{
    /// <summary>The first and smallest rate, above 0. Default: 1e-6.</summary>
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

/// <summary>The result of a search for the learning rate. Immutable.</summary>
public sealed class LearningRateSearch
{
    internal LearningRateSearch(IReadOnlyList<LearningRatePoint> points, double suggestion)
    {
        Points = points;
        Suggestion = suggestion;
    }

    /// <summary>The curve, from the smallest rate to where the loss diverged or the search ended.</summary>
    public IReadOnlyList<LearningRatePoint> Points { get; }

    /// <summary>A tenth of the rate at which the smoothed loss was smallest: far enough below it for a stable training.</summary>
    public double Suggestion { get; }
}

/// <summary>One step of a search for the learning rate. Immutable.</summary>
public sealed class LearningRatePoint
{
    internal LearningRatePoint(double learningRate, double loss, double smoothedLoss)
    {
        LearningRate = learningRate;
        Loss = loss;
        SmoothedLoss = smoothedLoss;
    }

    /// <summary>The rate of the layers before the classifier.</summary>
    public double LearningRate { get; }

    /// <summary>The loss of the step's batch, before the step.</summary>
    public double Loss { get; }

    /// <summary>The moving average of the losses so far.</summary>
    public double SmoothedLoss { get; }
}
