using System.Diagnostics;
using System.Numerics.Tensors;
using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>
/// The training loop: batches, gradients, optimizer, validation, checkpoints. The same data, options and start give the same model, and
/// with a checkpoint a stopped training ends as one that was not. Not thread-safe; the engine stays the caller's.
/// </summary>
/// <param name="options">Rates, schedule, stopping, checkpoints.</param>
/// <param name="engine">Gradients of the trained part.</param>
/// <param name="loader">The batches.</param>
/// <param name="validator">Judges the model after each epoch; null for none.</param>
/// <param name="progress">Told after each step and epoch; null for none.</param>
internal sealed class FineTuner(
    FineTuneOptions options,
    GradientEngine engine,
    BatchLoader loader,
    IValidator? validator,
    IProgress<FineTuneProgress>? progress)
{
    private readonly RatePlan _rates = new(options, engine.Tensors, loader.StepsPerEpoch);
    private readonly TrainingStep _step = new(engine, options);

    /// <summary>Trains.</summary>
    /// <param name="identity">What a checkpoint must have in common with this training.</param>
    /// <param name="cancellationToken">Stops the training; the last checkpoint stays.</param>
    /// <exception cref="CheckpointException">The folder's checkpoint is not wanted, damaged, or of another training.</exception>
    /// <exception cref="InvalidOperationException">The loss or a weight is not a finite number any more.</exception>
    public TrainingOutcome Run(TrainingIdentity identity, CancellationToken cancellationToken)
    {
        TrainingState state = TrainingState.Begin(engine, options);
        CheckpointFile? checkpoint = options.Checkpoint is { } asked ? new CheckpointFile(asked.Folder, identity) : null;
        bool isResumed = checkpoint?.Restore(state, options.Checkpoint!.Resume) ?? false;
        if (isResumed)
        {
            state.Statistics.CopyTo(engine.Statistics);
        }
        else
        {
            Validate(state, cancellationToken);
        }

        using var batches = new BatchQueue(loader, options.Epochs, state.Counters.Epoch, state.Counters.Step, cancellationToken);
        while (state.Counters.Epoch < options.Epochs && !HasStalled(state))
        {
            Train(state, batches, checkpoint, cancellationToken);
            CheckFinite(state);
            state.Counters = state.Counters.NextEpoch();
            Validate(state, cancellationToken);
            checkpoint?.Save(state);
        }

        bool isBest = options.RestoreBest && state.BestParameters is not null;
        (isBest ? state.BestStatistics! : state.Statistics).CopyTo(engine.Statistics);
        return new(engine.ToWeights(isBest ? state.BestParameters : state.ModelParameters), state.Validations);
    }

    private bool HasStalled(TrainingState state) =>
        options.Patience is { } patience && state.Validations.Count - 1 - state.BestEpoch >= patience;

    private void Train(TrainingState state, BatchQueue batches, CheckpointFile? checkpoint, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        int begun = state.Counters.Step;
        long viewsBefore = state.Counters.Views;
        while (state.Counters.Step < loader.StepsPerEpoch)
        {
            TrainingBatch batch = batches.Next();
            Step(state, batch, cancellationToken);
            int done = state.Counters.Step - begun;
            Report(state, (state.Counters.Views - viewsBefore) / watch.Elapsed.TotalSeconds, watch.Elapsed / done);
            if (checkpoint is not null && GlobalStep(state) % options.Checkpoint!.EverySteps == 0 && state.Counters.Step < loader.StepsPerEpoch)
            {
                checkpoint.Save(state);
            }
        }
    }

    // What the last step of an epoch spoils, no other step's loss tells.
    private static void CheckFinite(TrainingState state)
    {
        if (!IsFinite(state.ModelParameters) || !IsFinite(state.Statistics))
        {
            throw Astray("a weight", state.Counters.Step, state.Counters.Epoch + 1);
        }
    }

    private static bool IsFinite(float[] values) => values.Length == 0 || float.IsFinite(TensorPrimitives.MaxMagnitude<float>(values));

    private static InvalidOperationException Astray(string what, int step, int epoch) => new(
        $"The training went astray: {what} is not a finite number any more in step {step} of epoch {epoch}. "
        + $"Lower the learning rates: {nameof(FineTuneOptions.LearningRate)} and {nameof(FineTuneOptions.HeadLearningRate)}.");

    private void Step(TrainingState state, TrainingBatch batch, CancellationToken cancellationToken)
    {
        long step = GlobalStep(state);
        double loss = _step.Run(state, batch, tensor => _rates.RateOf(tensor, step), cancellationToken);
        if (!double.IsFinite(loss))
        {
            throw Astray("the loss or its gradient", state.Counters.Step + 1, state.Counters.Epoch + 1);
        }

        state.Average?.Add(state.Parameters, step);
    }

    private void Validate(TrainingState state, CancellationToken cancellationToken)
    {
        ValidationResult? validation = null;
        if (validator is not null)
        {
            validation = validator.Validate(state.ModelParameters, cancellationToken);
            state.Add(validation.Value);
        }

        progress?.Report(new(
            state.Counters.Epoch, options.Epochs, 0, loader.StepsPerEpoch, double.NaN, double.NaN, 0, 0, null, validation));
    }

    private long GlobalStep(TrainingState state) => ((long)state.Counters.Epoch * loader.StepsPerEpoch) + state.Counters.Step;

    private void Report(TrainingState state, double viewsPerSecond, TimeSpan perStep)
    {
        TrainingCounters counters = state.Counters;
        progress?.Report(new(
            counters.Epoch + 1,
            options.Epochs,
            counters.Step,
            loader.StepsPerEpoch,
            counters.Loss / counters.Weight,
            (double)counters.Correct / counters.Views,
            options.LearningRate * _rates.Factor(GlobalStep(state) - 1),
            viewsPerSecond,
            perStep * (((double)options.Epochs * loader.StepsPerEpoch) - GlobalStep(state)),
            null));
    }
}
