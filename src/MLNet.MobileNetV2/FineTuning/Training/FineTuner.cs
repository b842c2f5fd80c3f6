using System.Diagnostics;
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
/// <param name="progress">Reported after each step and epoch; null for none.</param>
internal sealed class FineTuner(
    FineTuneOptions options,
    IGradientEngine engine,
    IBatchLoader loader,
    IValidator? validator,
    IProgress<FineTuneProgress>? progress)
{
    // Worse than any.
    private static readonly ValidationResult s_unacceptable = new(Loss: 1, Accuracy: -1);

    private readonly RatePlan _rates = new(options, engine.Tensors, loader.StepsPerEpoch, loader.Epochs);
    private readonly OptimizerStep _step = new(engine, options);
    private readonly int _epochs = loader.Epochs;

    /// <summary>Steps of another training after this one, whose time is counted too. Default: 0.</summary>
    public long LaterSteps { get; init; }

    /// <summary>Trains.</summary>
    /// <param name="checkpoint">Where the training is saved; null for nowhere.</param>
    /// <param name="cancellationToken">Stops the training; the last checkpoint stays.</param>
    /// <exception cref="CheckpointException">The folder's checkpoint is unwanted, damaged, or of another unfinished training.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a weight is no longer a finite number.</exception>
    public TrainedParameters Run(CheckpointFile? checkpoint, CancellationToken cancellationToken)
    {
        ResumableState state = ResumableState.Begin(engine, options);
        if (checkpoint?.Restore(state, options.Checkpoint!.Resume) == true)
        {
            checkpoint.CheckWithin(state.Counters, _epochs, loader.StepsPerEpoch);
            state.Statistics.CopyTo(engine.Statistics);
        }
        else
        {
            ValidationResult? validation = Validate(state, cancellationToken);
            progress?.Report(new() { Epochs = _epochs, Steps = loader.StepsPerEpoch, Validation = validation });
        }

        using var batches = new BatchQueue(loader, _epochs, state.Counters.Epoch, state.Counters.Step, cancellationToken);
        var pace = new WorkPace(GlobalStep(state), ((long)_epochs * loader.StepsPerEpoch) + LaterSteps);
        while (!IsOver(state))
        {
            (double viewsPerSecond, TimeSpan? remaining) = Train(state, batches, pace, checkpoint, cancellationToken);
            state.CheckFinite();
            ValidationResult? validation = Validate(state, cancellationToken);
            progress?.Report(ProgressOf(state, viewsPerSecond, remaining, validation));
            state.Counters = state.Counters.NextEpoch();
            checkpoint?.Save(state, IsOver(state));
        }

        bool isBest = options.RestoreBest && state.BestParameters is not null;
        (isBest ? state.BestStatistics! : state.ModelStatistics).CopyTo(engine.Statistics);
        return new(isBest ? state.BestParameters! : state.ModelParameters, state.Validations);
    }

    private bool IsOver(ResumableState state) => state.Counters.Epoch >= _epochs || HasStalled(state);

    private bool HasStalled(ResumableState state) =>
        options.Patience is { } patience && state.Validations.Count - 1 - state.BestEpoch >= patience;

    // Returns the pace at the last step, which is reported with the validation.
    private (double ViewsPerSecond, TimeSpan? Remaining) Train(
        ResumableState state, BatchQueue batches, WorkPace pace, CheckpointFile? checkpoint, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        long viewsBefore = state.Counters.Views;
        while (true)
        {
            BatchBuffers batch = batches.Next();
            Step(state, batch, cancellationToken);
            double viewsPerSecond = (state.Counters.Views - viewsBefore) / watch.Elapsed.TotalSeconds;
            TimeSpan? remaining = pace.Remaining(GlobalStep(state));
            if (state.Counters.Step == loader.StepsPerEpoch)
            {
                return (viewsPerSecond, remaining);
            }

            progress?.Report(ProgressOf(state, viewsPerSecond, remaining));
            if (checkpoint is not null && GlobalStep(state) % options.Checkpoint!.EverySteps == 0)
            {
                checkpoint.Save(state, isFinished: false);
            }
        }
    }

    private void Step(ResumableState state, BatchBuffers batch, CancellationToken cancellationToken)
    {
        long step = GlobalStep(state);
        double loss = _step.Run(state, batch, tensor => _rates.RateOf(tensor, step), cancellationToken);
        if (!double.IsFinite(loss))
        {
            throw new TrainingDivergedException("the loss or its gradient", state.Counters.Step + 1, state.Counters.Epoch + 1);
        }

        state.AddToAverages(step);
    }

    private ValidationResult? Validate(ResumableState state, CancellationToken cancellationToken)
    {
        if (validator is null)
        {
            return null;
        }

        ValidationResult validation = validator.Validate(state.ModelParameters, state.ModelStatistics, cancellationToken);

        // The validator may share the engine.
        state.Statistics.CopyTo(engine.Statistics);
        state.Add(state.Validations.Count > 0 || validator.AcceptsStart ? validation : s_unacceptable);
        return validation;
    }

    private long GlobalStep(ResumableState state) => ((long)state.Counters.Epoch * loader.StepsPerEpoch) + state.Counters.Step;

    private FineTuneProgress ProgressOf(
        ResumableState state, double viewsPerSecond, TimeSpan? remaining, ValidationResult? validation = null)
    {
        EpochCounters counters = state.Counters;
        return new()
        {
            Epoch = counters.Epoch + 1,
            Epochs = _epochs,
            Step = counters.Step,
            Steps = loader.StepsPerEpoch,
            Loss = counters.Weight > 0 ? counters.Loss / counters.Weight : null,
            Accuracy = counters.Views > 0 ? (double)counters.Correct / counters.Views : null,
            LearningRate = options.LearningRate * _rates.Factor(GlobalStep(state) - 1),
            ImagesPerSecond = viewsPerSecond,
            Remaining = remaining,
            Validation = validation,
        };
    }
}

/// <summary>What a training gives.</summary>
/// <param name="Values">The trained tensors, of the best validation or of the end; the engine has the statistics that go with them.</param>
/// <param name="Validations">The validations: of the start, then one an epoch; none without images to validate on.</param>
internal sealed record TrainedParameters(float[] Values, IReadOnlyList<ValidationResult> Validations);
