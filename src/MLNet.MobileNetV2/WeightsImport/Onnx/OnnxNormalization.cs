using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>A graph's normalisation of the image: (value - mean) / std, by channels.</summary>
internal sealed record OnnxNormalization(IReadOnlyList<double> Mean, IReadOnlyList<double> Std)
{
    // ImageNet's mean and deviation are below 1 on the scale 0..1; what brings an image of 0..255 to -1..1 or 0..1 is far above.
    private const double GreatestOfUnitScale = 1.5;
    private const int UnitScale = 255;

    public static OnnxNormalization None { get; } = new([0, 0, 0], [1, 1, 1]);

    /// <summary>This and then one operation more.</summary>
    public OnnxNormalization Then(OnnxChannelOperationKind kind, float[] values)
    {
        double[] mean = [.. Mean];
        double[] std = [.. Std];
        for (int channel = 0; channel < mean.Length; channel++)
        {
            double value = values[channel];
            switch (kind)
            {
                case OnnxChannelOperationKind.Add:
                    mean[channel] -= value * std[channel];
                    break;
                case OnnxChannelOperationKind.Subtract:
                    mean[channel] += value * std[channel];
                    break;
                case OnnxChannelOperationKind.Multiply:
                    std[channel] /= value;
                    break;
                default:
                    std[channel] *= value;
                    break;
            }
        }

        return new(mean, std);
    }

    /// <summary>
    /// How images are prepared for the graph, on the scale 0..255. A graph does not say which scale it takes: where mean and deviation
    /// are 1.5 at most, 0..1 is assumed. A graph without normalisation expects a normalised image: mean and deviation are then the
    /// default for the padding.
    /// </summary>
    /// <exception cref="WeightsFormatException">A deviation is not above 0.</exception>
    public ImagePreprocessing ToPreprocessing(string source, int side, PaddingFlavor padding)
    {
        if (Mean.All(mean => mean == 0) && Std.All(std => std == 1))
        {
            return DefaultPreprocessing.For(padding, side);
        }

        bool isUnit = Mean.All(mean => Math.Abs(mean) <= GreatestOfUnitScale) && Std.All(std => std <= GreatestOfUnitScale);
        double scale = isUnit ? UnitScale : 1;
        float[] means = [.. Mean.Select(mean => (float)(mean * scale))];
        float[] stds = [.. Std.Select(std => (float)(std * scale))];
        return Array.TrueForAll(means, float.IsFinite) && Array.TrueForAll(stds, std => std > 0 && float.IsFinite(std))
            ? new() { Size = side, Mean = new(means[0], means[1], means[2]), Std = new(stds[0], stds[1], stds[2]) }
            : throw new WeightsFormatException(
                source,
                $"its graph normalises the image by a mean of {means[0]} {means[1]} {means[2]} and a deviation of "
                + $"{stds[0]} {stds[1]} {stds[2]}; finite numbers, and deviations above 0, are allowed.");
    }
}
