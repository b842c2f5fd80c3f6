using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.FineTuning.Optimization;

/// <summary>The learning rate of each trained tensor at each step.</summary>
internal sealed class RatePlan
{
    private readonly FineTuneOptions _options;
    private readonly LearningRateSchedule _schedule;
    private readonly int _stepsPerEpoch;
    private readonly int _deepest;

    /// <summary>Makes a plan.</summary>
    /// <param name="options">Rates, decays, warm-up and the order of unfreezing.</param>
    /// <param name="tensors">The trained tensors.</param>
    /// <param name="stepsPerEpoch">Number of steps of an epoch.</param>
    /// <param name="epochs">Number of epochs.</param>
    public RatePlan(FineTuneOptions options, TrainedTensors tensors, int stepsPerEpoch, int epochs)
    {
        _options = options;
        _stepsPerEpoch = stepsPerEpoch;
        _deepest = tensors.Max(tensor => tensor.Depth);
        long total = (long)epochs * stepsPerEpoch;
        _schedule = new LearningRateSchedule(
            total, Math.Min(total, (long)Math.Round(options.WarmUpFor(epochs) * stepsPerEpoch)), options.LastLearningRateFactor);
    }

    /// <summary>The schedule's factor at a step.</summary>
    public double Factor(long step) => _schedule.Factor(step);

    /// <summary>What layer-wise decay multiplies the rate of a tensor before the classifier by.</summary>
    public static double LayerFactor(FineTuneOptions options, TrainedTensor tensor) => Math.Pow(options.LayerDecay ?? 1, tensor.Depth - 1);

    /// <summary>The learning rate of a tensor; 0 while it is frozen.</summary>
    public float RateOf(TrainedTensor tensor, long step)
    {
        if (tensor.Depth == 0)
        {
            return (float)(_options.HeadLearningRate * Factor(step));
        }

        return tensor.Depth <= Unfrozen(step)
            ? (float)(_options.LearningRate * LayerFactor(_options, tensor) * Factor(step))
            : 0;
    }

    // The depth down to which layers train: none but the head at first, then all at once or, spread over the unfreezing, one after another.
    private int Unfrozen(long step)
    {
        double epoch = (double)step / _stepsPerEpoch - _options.HeadEpochs;
        if (epoch < 0)
        {
            return 0;
        }

        return _options.UnfreezingEpochs == 0 || epoch >= _options.UnfreezingEpochs
            ? _deepest
            : 1 + (int)(epoch / _options.UnfreezingEpochs * _deepest);
    }
}
