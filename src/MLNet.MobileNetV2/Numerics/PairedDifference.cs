namespace MLNet.MobileNetV2.Numerics;

/// <summary>How far two ways are apart on the same images: the mean of the differences, and its standard error.</summary>
internal readonly record struct PairedDifference(double Mean, double StandardError)
{
    /// <summary>Of the differences of single images; of fewer than two, the error is infinite.</summary>
    public static PairedDifference Of(IReadOnlyList<double> differences)
    {
        int count = differences.Count;
        double mean = count == 0 ? 0 : differences.Average();
        double error = count < 2
            ? double.PositiveInfinity
            : Math.Sqrt(differences.Sum(difference => (difference - mean) * (difference - mean)) / (count - 1) / count);
        return new(mean, error);
    }
}
