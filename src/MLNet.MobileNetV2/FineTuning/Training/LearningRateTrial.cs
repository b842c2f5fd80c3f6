using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>
/// Trains some steps with ever greater learning rates and watches the loss (arXiv 1506.01186, section 3.3; the suggestion as in fastai's
/// <c>lr_find</c>, <c>minimum</c>). What it trains is thrown away. Not thread-safe; the engine stays the caller's.
/// </summary>
internal sealed class LearningRateTrial(FineTuneOptions options, GradientEngine engine, BatchLoader loader)
{
    private const double Smoothing = 0.9;
    private const double RunAway = 4;
    private const double SuggestedPart = 0.1;

    /// <summary>Runs the steps.</summary>
    public LearningRateSearch Run(LearningRateSearchOptions search, CancellationToken cancellationToken)
    {
        ResumableState state = ResumableState.Begin(engine, options);
        var step = new OptimizerStep(engine, options);
        var points = new List<LearningRatePoint>();
        LearningRatePoint? best = null;
        double average = 0;
        // A solved classifier begins with almost no loss, so a multiple of that says little: diverged is what is no better than chance.
        double chance = Math.Log(engine.OutputCount);
        double headFactor = options.HeadLearningRate / options.LearningRate;
        int epochs = (search.Steps + loader.StepsPerEpoch - 1) / loader.StepsPerEpoch;
        using var batches = new BatchQueue(loader, epochs, epoch: 0, step: 0, cancellationToken);
        for (int i = 0; i < search.Steps; i++)
        {
            double rate = search.From * Math.Pow(search.To / search.From, (double)i / (search.Steps - 1));
            BatchBuffers batch = batches.Next();
            if (batch.Count == 0)
            {
                continue;
            }

            double loss = step.Run(state, batch, tensor => RateOf(tensor, rate, headFactor), cancellationToken);
            average = (Smoothing * average) + ((1 - Smoothing) * loss);
            double smoothed = average / (1 - Math.Pow(Smoothing, points.Count + 1));
            if (!double.IsFinite(smoothed) || (best is not null && smoothed > Math.Max(RunAway * best.SmoothedLoss, chance)))
            {
                break;
            }

            var point = new LearningRatePoint(rate, loss, smoothed);
            points.Add(point);
            best = best is null || point.SmoothedLoss < best.SmoothedLoss ? point : best;
        }

        return best is not null
            ? new(points, best.LearningRate * SuggestedPart)
            : throw new InvalidOperationException(
                FormattableString.Invariant($"The loss is not a finite number at the first learning rate, {search.From}. ")
                + $"Lower {nameof(LearningRateSearchOptions.From)}, or check the weights.");
    }

    private float RateOf(TrainedTensor tensor, double rate, double headFactor) => (float)(tensor.Depth == 0
        ? rate * headFactor
        : rate * RatePlan.LayerFactor(options, tensor));
}
