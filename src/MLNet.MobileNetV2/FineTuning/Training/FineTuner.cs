using System.Diagnostics;
using System.Numerics.Tensors;
using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;
using MLNet.MobileNetV2.Machine;

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

    /// <summary>Steps of another training after this one, whose time is counted too. Default: 0.</summary>
    public long LaterSteps { get; init; }

    /// <summary>Trains.</summary>
    /// <param name="checkpoint">Where the training is saved; null for nowhere.</param>
    /// <param name="cancellationToken">Stops the training; the last checkpoint stays.</param>
    /// <exception cref="CheckpointException">The folder's checkpoint is not wanted, damaged, or of another training that is not done.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a weight is not a finite number any more.</exception>
    public TrainingOutcome Run(CheckpointFile? checkpoint, CancellationToken cancellationToken)
    {
        TrainingState state = TrainingState.Begin(engine, options);
        if (checkpoint?.Restore(state, options.Checkpoint!.Resume) == true)
        {
            checkpoint.CheckWithin(state.Counters, options.Epochs, loader.StepsPerEpoch);
            state.Statistics.CopyTo(engine.Statistics);
        }
        else
        {
            ValidationResult? validation = Validate(state, cancellationToken);
            progress?.Report(FineTuneProgress.AtStart(options.Epochs, loader.StepsPerEpoch, validation));
        }

        using var batches = new BatchQueue(loader, options.Epochs, state.Counters.Epoch, state.Counters.Step, cancellationToken);
        var pace = new WorkPace(GlobalStep(state), ((long)options.Epochs * loader.StepsPerEpoch) + LaterSteps);
        while (!IsOver(state))
        {
            FineTuneProgress last = Train(state, batches, pace, checkpoint, cancellationToken);
            CheckFinite(state);
            state.Counters = state.Counters.NextEpoch();
            ValidationResult? validation = Validate(state, cancellationToken);
            progress?.Report(last with { Validation = validation });
            checkpoint?.Save(state, IsOver(state));
        }

        bool isBest = options.RestoreBest && state.BestParameters is not null;
        (isBest ? state.BestStatistics! : state.ModelStatistics).CopyTo(engine.Statistics);
        return new(engine.ToWeights(isBest ? state.BestParameters : state.ModelParameters), state.Validations);
    }

    private bool IsOver(TrainingState state) => state.Counters.Epoch >= options.Epochs || HasStalled(state);

    private bool HasStalled(TrainingState state) =>
        options.Patience is { } patience && state.Validations.Count - 1 - state.BestEpoch >= patience;

    // Gives the last step's progress back, of which the caller tells with the validation.
    private FineTuneProgress Train(
        TrainingState state, BatchQueue batches, WorkPace pace, CheckpointFile? checkpoint, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        long viewsBefore = state.Counters.Views;
        while (true)
        {
            TrainingBatch batch = batches.Next();
            Step(state, batch, cancellationToken);
            FineTuneProgress reached = ProgressOf(
                state, (state.Counters.Views - viewsBefore) / watch.Elapsed.TotalSeconds, pace.Remaining(GlobalStep(state)));
            if (state.Counters.Step == loader.StepsPerEpoch)
            {
                return reached;
            }

            progress?.Report(reached);
            if (checkpoint is not null && GlobalStep(state) % options.Checkpoint!.EverySteps == 0)
            {
                checkpoint.Save(state, isFinished: false);
            }
        }
    }

    // What the last step of an epoch spoils, no other step's loss tells.
    private static void CheckFinite(TrainingState state)
    {
        if (!IsFinite(state.ModelParameters) || !IsFinite(state.ModelStatistics))
        {
            throw new TrainingDivergedException("a weight", state.Counters.Step, state.Counters.Epoch + 1);
        }
    }

    private static bool IsFinite(float[] values) => values.Length == 0 || float.IsFinite(TensorPrimitives.MaxMagnitude<float>(values));

    private void Step(TrainingState state, TrainingBatch batch, CancellationToken cancellationToken)
    {
        long step = GlobalStep(state);
        double loss = _step.Run(state, batch, tensor => _rates.RateOf(tensor, step), cancellationToken);
        if (!double.IsFinite(loss))
        {
            throw new TrainingDivergedException("the loss or its gradient", state.Counters.Step + 1, state.Counters.Epoch + 1);
        }

        state.AddToAverages(step);
    }

    private ValidationResult? Validate(TrainingState state, CancellationToken cancellationToken)
    {
        if (validator is null)
        {
            return null;
        }

        state.ModelStatistics.CopyTo(engine.Statistics);
        ValidationResult validation = validator.Validate(state.ModelParameters, cancellationToken);
        state.Statistics.CopyTo(engine.Statistics);
        state.Add(validation);
        return validation;
    }

    private long GlobalStep(TrainingState state) => ((long)state.Counters.Epoch * loader.StepsPerEpoch) + state.Counters.Step;

    private FineTuneProgress ProgressOf(TrainingState state, double viewsPerSecond, TimeSpan? remaining)
    {
        TrainingCounters counters = state.Counters;
        return new(
            counters.Epoch + 1,
            options.Epochs,
            counters.Step,
            loader.StepsPerEpoch,
            counters.Weight > 0 ? counters.Loss / counters.Weight : null,
            counters.Views > 0 ? (double)counters.Correct / counters.Views : null,
            options.LearningRate * _rates.Factor(GlobalStep(state) - 1),
            viewsPerSecond,
            remaining,
            null);
    }
}
