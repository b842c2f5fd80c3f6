using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>The variance of maps, by which a squared error becomes the share that is not explained.</summary>
internal static class MapVariance
{
    // A map without any variance has no share; this keeps the error finite.
    private const double Least = 1e-12;

    /// <summary>The mean over the channels of each channel's variance, over positions and views; above 0.</summary>
    /// <param name="maps">Views of channels of positions.</param>
    /// <param name="count">Number of views.</param>
    /// <param name="channels">Number of channels.</param>
    public static double Of(ReadOnlySpan<float> maps, int count, int channels)
    {
        double total = 0;
        for (int channel = 0; channel < channels; channel++)
        {
            total += OfChannel(maps, count, channels, channel).Variance;
        }

        return Math.Max(total / channels, Least);
    }

    /// <summary>Mean and variance of one channel, over positions and views.</summary>
    public static (double Mean, double Variance) OfChannel(ReadOnlySpan<float> maps, int count, int channels, int channel)
    {
        int plane = maps.Length / count / channels;
        double sum = 0;
        double squares = 0;
        for (int view = 0; view < count; view++)
        {
            ReadOnlySpan<float> values = maps.Slice(((view * channels) + channel) * plane, plane);
            sum += FixedOrderSums.Sum(values);
            squares += FixedOrderSums.SumOfSquares(values);
        }

        double mean = sum / count / plane;
        return (mean, Math.Max(0, (squares / count / plane) - (mean * mean)));
    }
}
