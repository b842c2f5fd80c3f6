using MLNet.MobileNetV2.Classification;
using System.Diagnostics;
using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Options;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Trains a classifier network on images, from the classifier's start to the weights at the end.</summary>
/// <param name="blocks">What is trained.</param>
/// <param name="options">How.</param>
/// <param name="head">How the classifier at the start is found; its token stops all.</param>
internal sealed class NetworkTraining(FineTuneBlocks blocks, FineTuneOptions options, MobileNetV2HeadOptions head)
{
    private const int TimedSteps = 3;

    /// <summary>Steps of other trainings after this one, whose time is counted too. Default: 0.</summary>
    public long LaterSteps { get; init; }

    /// <summary>Trains.</summary>
    /// <param name="weights">The weights at the start; their classifier is replaced.</param>
    /// <param name="training">The images to train on.</param>
    /// <param name="validation">The images to validate on; perhaps none.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="progress">Reported after each step and epoch; null for none.</param>
    /// <returns>The trained weights, classifier included.</returns>
    public MobileNetV2Weights Run(
        MobileNetV2Weights weights,
        ImageSplit training,
        ImageSplit validation,
        int classCount,
        IProgress<FineTuneProgress>? progress)
    {
        if (blocks != FineTuneBlocks.HeadOnly || options.ClassifierStart != ClassifierStart.Solved)
        {
            return Train(weights, training, validation, classCount, progress);
        }

        training = training.Usable();
        MobileNetV2Weights solved = Start(weights, training, classCount);
        if (validation.Count > 0 && progress is not null)
        {
            using TrainingPipeline setup = SetUp(solved, training.Usable(), classCount);
            progress.Report(new() { Validation = Validate(setup, Validator(setup, validation)!, solved) });
        }

        return solved;
    }

    /// <summary>How long a step takes, from the shortest of a few whose result is discarded.</summary>
    public TimeSpan TimeStep(MobileNetV2Weights weights, ImageSplit training, int classCount)
    {
        using TrainingPipeline setup = SetUp(weights.ResetClassifier(classCount, options.Seed), training, classCount);
        ResumableState state = ResumableState.Begin(setup.Engine, options);
        var step = new OptimizerStep(setup.Engine, options);
        using var batches = new BatchQueue(setup.Loader, 1 + TimedSteps, epoch: 0, step: 0, head.CancellationToken);
        TimeSpan shortest = TimeSpan.MaxValue;
        for (int i = 0; i <= TimedSteps; i++)
        {
            var watch = Stopwatch.StartNew();
            step.Run(state, batches.Next(), _ => (float)options.LearningRate, head.CancellationToken);
            shortest = i > 0 && watch.Elapsed < shortest ? watch.Elapsed : shortest;
        }

        return shortest;
    }

    /// <summary>Makes sure that the training can take the checkpoint that there may be, before any work.</summary>
    /// <exception cref="CheckpointException">It cannot.</exception>
    public void CheckCheckpoint(MobileNetV2Weights weights, ImageSplit training, ImageSplit validation, int classCount)
    {
        if (options.Checkpoint is { } checkpoint && CheckpointFolder.HasOne(checkpoint.Folder))
        {
            Checkpoint(weights, training, validation, classCount);
        }
    }

    private MobileNetV2Weights Train(
        MobileNetV2Weights weights,
        ImageSplit training,
        ImageSplit validation,
        int classCount,
        IProgress<FineTuneProgress>? progress)
    {
        training = training.Usable();
        CheckpointFile? checkpoint = Checkpoint(weights, training, validation, classCount);

        // Any image may have turned out to be bad when it was read again, here and at the start.
        training = training.Usable();

        // A checkpoint brings the classifier with it.
        MobileNetV2Weights start = checkpoint is { Exists: true }
            ? weights.ResetClassifier(classCount)
            : Start(weights, training, classCount);
        training = training.Usable();
        using TrainingPipeline setup = SetUp(start, training, classCount);
        LabelValidator? validator = Validator(setup, validation);
        var tuner = new FineTuner(options, setup.Engine, setup.Loader, validator, progress) { LaterSteps = LaterSteps };
        TrainedParameters trained = tuner.Run(checkpoint, head.CancellationToken);
        MobileNetV2Weights network = WeightMix.Of(
            weights, setup.Engine.ToWeights(trained.Values).WithPreprocessing(weights.Preprocessing), options.TrainedShare ?? 1);
        if (options.RefitL2Regularization is not { } l2)
        {
            return network;
        }

        // On the images as predictions see them, which the classifier that was trained with the network does not know.
        network = ClassifierSolver.Solve(network, training.Usable(), classCount, head.WithL2(l2));
        if (validator is not null)
        {
            int epochs = trained.Validations.Count - 1;
            int steps = setup.Loader.StepsPerEpoch;
            ValidationResult result = Validate(setup, validator, network);
            progress?.Report(new() { Epoch = epochs, Epochs = epochs, Step = steps, Steps = steps, Validation = result });
        }

        return network;
    }

    private ValidationResult Validate(TrainingPipeline setup, LabelValidator validator, MobileNetV2Weights weights)
    {
        float[] parameters = new float[setup.EvaluationEngine.Tensors.TotalLength];
        setup.EvaluationEngine.Read(weights, parameters);
        return validator.Validate(parameters, setup.Engine.Statistics, head.CancellationToken);
    }

    private CheckpointFile? Checkpoint(MobileNetV2Weights weights, ImageSplit training, ImageSplit validation, int classCount)
    {
        if (options.Checkpoint is null)
        {
            return null;
        }

        IEnumerable<string> images =
        [
            FormattableString.Invariant($"{classCount} classes"),
            .. training.Identities(options.Workers, head.CancellationToken),
            .. validation.Identities(options.Workers, head.CancellationToken),
        ];
        var identity = CheckpointIdentity.Of(options, blocks, head.L2Regularization, weights, images);
        var file = new CheckpointFile(options.Checkpoint.Folder, identity);
        file.DeleteReplaceable(!options.Checkpoint.IsDeletedWhenSaved);
        return file;
    }

    private LabelValidator? Validator(TrainingPipeline setup, ImageSplit images) => images.Count == 0
        ? null
        : new LabelValidator(setup.EvaluationEngine, setup.EvaluationSource(images), images.Labels, options.Workers);

    /// <summary>Tries learning rates.</summary>
    public LearningRateSearch Search(MobileNetV2Weights weights, ImageSplit images, int classCount, LearningRateSearchOptions search)
    {
        MobileNetV2Weights start = Start(weights, images, classCount);
        using TrainingPipeline setup = SetUp(start, images.Usable(), classCount);
        return new LearningRateTrial(options, setup.Engine, setup.Loader).Run(search, head.CancellationToken);
    }

    private MobileNetV2Weights Start(MobileNetV2Weights weights, ImageSplit images, int classCount) =>
        options.ClassifierStart == ClassifierStart.Random
            ? weights.ResetClassifier(classCount, options.Seed)
            : ClassifierSolver.Solve(weights, images, classCount, head);

    private TrainingPipeline SetUp(MobileNetV2Weights start, ImageSplit images, int classCount)
    {
        float[] classWeights = ClassBalance.Weights(images.Labels, classCount, options.BalanceClasses);
        return new(
            start,
            new GradientOptions { Blocks = blocks },
            options,
            images,
            new LabelTargets(images.Labels, classCount, options.LabelSmoothing),
            [.. images.Labels.Select(label => classWeights[label])]);
    }
}
