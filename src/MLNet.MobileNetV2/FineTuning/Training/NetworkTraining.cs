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
    // Enough images to see a gain of a few points on sets of some hundred, and few enough that training on the rest is representative.
    private const double TrialFraction = 0.2;

    /// <summary>Trains.</summary>
    /// <param name="weights">The weights at the start; their classifier is replaced.</param>
    /// <param name="data">The images.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="progress">Reported after each step and epoch; null for none.</param>
    /// <returns>The trained weights, classifier included.</returns>
    public MobileNetV2Weights Run(
        MobileNetV2Weights weights, TrainValidationSplit data, int classCount, IProgress<FineTuneProgress>? progress)
    {
        if (blocks != FineTuneBlocks.HeadOnly || options.ClassifierStart != ClassifierStart.Solved)
        {
            return Train(weights, data.Training, data.Validation, classCount, progress).Weights;
        }

        ImageSplit training = data.Training.Usable();
        MobileNetV2Weights solved = Start(weights, training, classCount);
        if (data.Validation.Count > 0 && progress is not null)
        {
            using TrainingPipeline setup = SetUp(solved, training.Usable(), classCount);
            progress.Report(new() { Validation = Validate(setup, Validator(setup, data.Validation)!, solved) });
        }

        return solved;
    }

    /// <summary>Trains on a part of the images, and looks whether that does better on the others than the start.</summary>
    /// <remarks>Of the epochs the last one counts, as it makes the model: the best one would be better by chance alone.</remarks>
    /// <returns>Both validations, or why nothing was tried.</returns>
    public FineTuneTrial Try(MobileNetV2Weights weights, TrainValidationSplit data, int classCount, IProgress<FineTuneProgress>? progress)
    {
        (ImageSplit rest, ImageSplit held) = data.Training.HoldOut(TrialFraction, options.Seed);
        if (held.Count == 0)
        {
            return new() { UntriedReason = "no class has two images that can be used, so none can be held out" };
        }

        // A checkpoint that the training after the trial cannot take is better refused before it.
        if (options.Checkpoint is { } checkpoint && CheckpointFolder.HasOne(checkpoint.Folder))
        {
            Checkpoint(weights, data.Training, data.Validation, classCount);
        }

        FineTuneOptions trial = options with
        {
            Checkpoint = options.Checkpoint?.ForTrial(),
            Patience = null,
        };
        IReadOnlyList<ValidationResult> validations =
            new NetworkTraining(blocks, trial, head).Train(weights, rest, held, classCount, progress, AllSteps(data.Training)).Validations;
        return new() { Head = validations[0], FineTuned = validations[^1] };
    }

    /// <summary>Makes sure before any work that the folders of checkpoints can be used.</summary>
    /// <exception cref="CheckpointException">There is an unwanted checkpoint.</exception>
    public void PrepareCheckpoints(bool withTrial)
    {
        CheckpointFile.Prepare(options.Checkpoint);
        if (withTrial)
        {
            CheckpointFile.Prepare(options.Checkpoint?.ForTrial());
        }
    }

    private TrainedNetwork Train(
        MobileNetV2Weights weights,
        ImageSplit training,
        ImageSplit validation,
        int classCount,
        IProgress<FineTuneProgress>? progress,
        long laterSteps = 0)
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
        var tuner = new FineTuner(options, setup.Engine, setup.Loader, validator, progress) { LaterSteps = laterSteps };
        TrainedNetwork trained = tuner.Run(checkpoint, head.CancellationToken);
        trained = trained with { Weights = trained.Weights.WithPreprocessing(weights.Preprocessing) };
        return options.RefitClassifier ? Refit(trained, setup, validator, training.Usable(), classCount, progress) : trained;
    }

    // Solved on the images as predictions see them: the classifier that was trained with the network knows its views alone.
    private TrainedNetwork Refit(
        TrainedNetwork trained,
        TrainingPipeline setup,
        LabelValidator? validator,
        ImageSplit training,
        int classCount,
        IProgress<FineTuneProgress>? progress)
    {
        MobileNetV2Weights solved = ClassifierSolver.Solve(trained.Weights, training, classCount, head);
        if (validator is null)
        {
            return trained with { Weights = solved };
        }

        ValidationResult validation = Validate(setup, validator, solved);
        int epochs = trained.Validations.Count - 1;
        int steps = setup.Loader.StepsPerEpoch;
        progress?.Report(new() { Epoch = epochs, Epochs = epochs, Step = steps, Steps = steps, Validation = validation });
        return trained with { Weights = solved, Validations = [.. trained.Validations, validation] };
    }

    private ValidationResult Validate(TrainingPipeline setup, LabelValidator validator, MobileNetV2Weights weights)
    {
        float[] parameters = new float[setup.EvaluationEngine.Tensors.TotalLength];
        setup.EvaluationEngine.Read(weights, parameters);
        return validator.Validate(parameters, setup.EvaluationEngine.Statistics, head.CancellationToken);
    }

    private long AllSteps(ImageSplit images)
    {
        int stepsPerEpoch = (images.Count + options.BatchSize - 1) / options.BatchSize;
        return (long)options.EpochsFor(stepsPerEpoch) * stepsPerEpoch;
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
