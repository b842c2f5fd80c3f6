using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>How a <see cref="ClassificationReport"/> is made. Immutable.</summary>
public sealed record ClassificationReportOptions
{
    private const int MaxResamples = 100_000;
    private const int MaxBins = 1000;

    /// <summary>
    /// How often the images are drawn anew for the intervals (bootstrap, percentiles), up to 100,000; 0 for intervals that say nothing:
    /// from 0 to 1, and a log-loss from 0 to infinity. Default: 1000.
    /// </summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>Seed of the intervals. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Bins of equal width that the greatest probabilities are sorted into for the calibration, 1 to 1000. Default: 15.
    /// </summary>
    public int CalibrationBins { get; init; } = 15;

    /// <summary>Most images in <see cref="ClassificationReport.TopLosses"/>, at least 0. Default: 20.</summary>
    public int TopLosses { get; init; } = 20;

    internal void Validate()
    {
        Require.Between(0, MaxResamples, Resamples);
        Require.Between(1, MaxBins, CalibrationBins);
        Require.AtLeast(0, TopLosses);
    }
}
