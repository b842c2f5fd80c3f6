using System.Diagnostics;
using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>
/// Trains a student of the teacher's architecture stage by stage: each block by itself, a few in a row, the whole. The same data, options
/// and start give the same weights, and with a checkpoint a stopped training ends as one that was not. Not thread-safe.
/// </summary>
/// <param name="options">Rates, checkpoints, threads.</param>
/// <param name="stages">The stages.</param>
/// <param name="images">The images.</param>
/// <param name="sources">Where they come from.</param>
/// <param name="progress">Reported after each step; null for none.</param>
internal sealed class BlockDistillation(
    FineTuneOptions options,
    IReadOnlyList<DistillationStage> stages,
    ImageSplit images,
    IReadOnlyList<ImageSource> sources,
    IProgress<FineTuneProgress>? progress)
{
    private const double LongestWarmUp = 0.1;

    // Some ten thousand positions even of the smallest maps' channels.
    private const int StartViews = 32;

    private readonly BatchPlan _plan = new(images.Count, options);

    private int Epochs => stages.Sum(stage => stage.Epochs);

    /// <summary>Trains.</summary>
    /// <param name="student">The student at the start, its images prepared as the teacher's; with a classifier where it learns one.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="checkpoint">Where the training is saved; null for nowhere.</param>
    /// <param name="cancellationToken">Stops the training; the last checkpoint stays.</param>
    /// <exception cref="CheckpointException">The folder's checkpoint is unwanted, damaged, or of another unfinished training.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a weight is no longer a finite number.</exception>
    public MobileNetV2Weights Run(
        MobileNetV2Weights student, MobileNetV2Weights teacher, CheckpointFile? checkpoint, CancellationToken cancellationToken)
    {
        (student, double featureWeight) = Start(student, teacher, cancellationToken);
        using var whole = new GradientEngine(student, new GradientOptions
        {
            Blocks = FineTuneBlocks.All,
            Loss = GradientLoss.SquaredError,
            BatchNorm = options.BatchNorm,
            ThreadCount = options.ThreadCount,
        });
        ResumableState state = ResumableState.Begin(whole, options);
        if (checkpoint?.Restore(state, options.Checkpoint!.Resume) == true)
        {
            checkpoint.CheckWithin(state.Counters, Epochs, _plan.StepsPerEpoch);
        }

        var pace = new WorkPace(GlobalStep(state), (long)Epochs * _plan.StepsPerEpoch);
        int begin = 0;
        foreach (DistillationStage stage in stages)
        {
            if (state.Counters.Epoch < begin + stage.Epochs)
            {
                Train(new(stage, begin, whole, student, teacher, featureWeight), state, pace, checkpoint, cancellationToken);
            }

            begin += stage.Epochs;
        }

        state.ModelStatistics.CopyTo(whole.Statistics);
        return whole.ToWeights(state.ModelParameters);
    }

    private (MobileNetV2Weights Student, double FeatureWeight) Start(
        MobileNetV2Weights student, MobileNetV2Weights teacher, CancellationToken cancellationToken)
    {
        using var session = new TeacherSession(teacher, Enumerable.Range(0, UnitRange.UnitsOf(teacher.Architecture)));
        using var memory = new ImageMemory(sources, student.Preprocessing, new MemoryBudget(0));
        using FrontLayers none = new(student, tap: null);
        using InputSource views = Views(memory, student.Preprocessing, none);
        var few = new BatchPlan(images.Count, options with { BatchSize = StartViews });
        var batch = new DistillationBatch(StartViews, session.PixelCount, session.Lengths);
        new DistillationData(views, session, few, options.Workers).Fill(batch, epoch: 0, step: 0, cancellationToken);
        if (batch.Count == 0)
        {
            throw ImageSplit.NoneLeft(images.Count);
        }

        return (
            new StudentStart(student, session, batch, options.ThreadCount, cancellationToken).Make(),
            TeacherTargets.FeatureWeight(batch.Output(ModelTensors.Features, batch.Count).Span, batch.Count));
    }

    private InputSource Views(ImageMemory memory, ImagePreprocessing preprocessing, FrontLayers front) => new(
        images with { Memory = memory },
        preprocessing,
        options.Augmentation,
        options.ViewsPerImage,
        TrainingPipeline.ViewSeed(options),
        front);

    private void Train(
        StageContext context, ResumableState state, WorkPace pace, CheckpointFile? checkpoint, CancellationToken cancellationToken)
    {
        (DistillationStage stage, int begin, GradientEngine whole, MobileNetV2Weights student, MobileNetV2Weights teacher, _) = context;
        ImagePreprocessing preprocessing = student.Preprocessing with { Size = stage.Size ?? student.Preprocessing.Size };
        MobileNetV2Weights resized = student.WithPreprocessing(preprocessing);
        MobileNetV2Weights resizedTeacher = teacher.WithPreprocessing(preprocessing);
        using var session = new TeacherSession(resizedTeacher, stage.Maps);
        using var memory = new ImageMemory(sources, preprocessing, new MemoryBudget(options.ImageMemoryBytes));
        using FrontLayers none = new(resized, tap: null);
        using InputSource views = Views(memory, preprocessing, none);
        using var trainer = new StageTrainer(stage, resized, whole.Tensors, options, session, context.FeatureWeight);
        var data = new DistillationData(views, session, _plan, options.Workers);
        var batch = new DistillationBatch(Math.Min(options.BatchSize, images.Count), session.PixelCount, session.Lengths);
        long steps = (long)stage.Epochs * _plan.StepsPerEpoch;
        long warmUp = (long)Math.Min(steps * LongestWarmUp, Math.Round(options.WarmUpFor(stage.Epochs) * _plan.StepsPerEpoch));
        var schedule = new LearningRateSchedule(steps, warmUp, options.LastLearningRateFactor);
        if (state.Counters.Epoch == begin && state.Counters.Step == 0)
        {
            // Moments of another loss would mislead the first steps.
            foreach (float[] values in state.Optimizer.State.Values)
            {
                Array.Clear(values);
            }
        }

        var watch = Stopwatch.StartNew();
        long seen = 0;
        while (state.Counters.Epoch < begin + stage.Epochs)
        {
            data.Fill(batch, state.Counters.Epoch, state.Counters.Step, cancellationToken);
            double rate = options.LearningRate * stage.Rate * schedule.Factor(GlobalStep(state) - ((long)begin * _plan.StepsPerEpoch));
            Step(trainer, state, batch, (float)rate, cancellationToken);
            seen += batch.Count;
            progress?.Report(ProgressOf(state, rate, seen / watch.Elapsed.TotalSeconds, pace.Remaining(GlobalStep(state))));
            if (state.Counters.Step == _plan.StepsPerEpoch)
            {
                state.CheckFinite();
                state.Counters = state.Counters.NextEpoch();
                checkpoint?.Save(state, isFinished: state.Counters.Epoch == Epochs);
            }
            else if (checkpoint is not null && GlobalStep(state) % options.Checkpoint!.EverySteps == 0)
            {
                checkpoint.Save(state, isFinished: false);
            }
        }
    }

    private void Step(
        StageTrainer trainer, ResumableState state, DistillationBatch batch, float rate, CancellationToken cancellationToken)
    {
        double loss = batch.Count == 0 ? 0 : trainer.Step(state, batch, rate, cancellationToken);
        if (!double.IsFinite(loss))
        {
            throw new TrainingDivergedException("the loss or its gradient", state.Counters.Step + 1, state.Counters.Epoch + 1);
        }

        long step = GlobalStep(state);
        state.Counters = state.Counters.After(batch.Count, loss * batch.Count, batch.Count, correct: 0);
        state.AddToAverages(step);
    }

    private long GlobalStep(ResumableState state) => ((long)state.Counters.Epoch * _plan.StepsPerEpoch) + state.Counters.Step;

    private FineTuneProgress ProgressOf(ResumableState state, double rate, double viewsPerSecond, TimeSpan? remaining)
    {
        EpochCounters counters = state.Counters;
        return new()
        {
            Epoch = counters.Epoch + 1,
            Epochs = Epochs,
            Step = counters.Step,
            Steps = _plan.StepsPerEpoch,
            Loss = counters.Weight > 0 ? counters.Loss / counters.Weight : null,
            LearningRate = rate,
            ImagesPerSecond = viewsPerSecond,
            Remaining = remaining,
        };
    }

    private sealed record StageContext(
        DistillationStage Stage,
        int FirstEpoch,
        GradientEngine Whole,
        MobileNetV2Weights Student,
        MobileNetV2Weights Teacher,
        double FeatureWeight);
}
