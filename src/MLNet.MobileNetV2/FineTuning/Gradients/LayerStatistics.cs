namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Mean and variance of batch norm for each trained layer, in one flat buffer. Not thread-safe.</summary>
internal sealed class LayerStatistics
{
    // As PyTorch's BatchNorm2d.
    public const float Momentum = 0.1f;

    private readonly Dictionary<string, int> _offsets = new(StringComparer.Ordinal);
    private readonly float[] _values;

    public LayerStatistics(TrainedPart part, MobileNetV2Weights weights)
    {
        Epsilon = weights.BatchNormEpsilon;
        if (weights.BatchNorm == BatchNormForm.Folded)
        {
            _values = [];
            return;
        }

        var values = new List<float>();
        foreach (TrainedLayer layer in part.Layers)
        {
            _offsets[layer.Layer.Name] = values.Count;
            values.AddRange(weights.Tensors[layer.Names.Mean].Values.Span);
            values.AddRange(weights.Tensors[layer.Names.Variance].Values.Span);
        }

        _values = [.. values];
    }

    /// <summary>What is added to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>Mean and variance of each layer, one layer after the other.</summary>
    public Span<float> Values => _values;

    /// <summary>The mean of each channel.</summary>
    public Span<float> Mean(TrainedLayer layer) => _values.AsSpan(_offsets[layer.Layer.Name], layer.Layer.OutputChannels);

    /// <summary>The variance of each channel.</summary>
    public Span<float> Variance(TrainedLayer layer) =>
        _values.AsSpan(_offsets[layer.Layer.Name] + layer.Layer.OutputChannels, layer.Layer.OutputChannels);

    /// <summary>
    /// Moves the running averages towards a batch's mean and (biased) variance, the latter made unbiased first. A single value has no
    /// variance: it changes neither.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="mean">The batch's mean of each channel.</param>
    /// <param name="variance">The batch's variance of each channel.</param>
    /// <param name="count">Values of a channel in the batch, from 1 up.</param>
    public void Update(TrainedLayer layer, ReadOnlySpan<float> mean, ReadOnlySpan<float> variance, long count)
    {
        if (count < 2)
        {
            return;
        }

        Span<float> runningMean = Mean(layer);
        Span<float> runningVariance = Variance(layer);
        float unbiased = (float)((double)count / (count - 1));
        for (int channel = 0; channel < mean.Length; channel++)
        {
            runningMean[channel] += Momentum * (mean[channel] - runningMean[channel]);
            runningVariance[channel] += Momentum * ((variance[channel] * unbiased) - runningVariance[channel]);
        }
    }
}
