using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Images.Augmentation;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Trains a classifier network on photos, from the classifier's start to the weights at the end.</summary>
/// <param name="blocks">What is trained.</param>
/// <param name="options">How.</param>
/// <param name="head">How the classifier at the start is found; its token stops all.</param>
internal sealed class NetworkTraining(FineTuneBlocks blocks, FineTuneOptions options, MobileNetV2HeadOptions head)
{
    // Enough to tell a gain of some points on sets of a few hundred photos, and little enough to train on the rest as on all.
    private const double TrialFraction = 0.2;
    private const string TrialFolder = "trial";

    /// <summary>Trains.</summary>
    /// <param name="weights">The weights at the start, of which the classifier is replaced.</param>
    /// <param name="data">The photos.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="progress">Told after each step and epoch; null for none.</param>
    /// <returns>The trained weights, classifier included.</returns>
    public MobileNetV2Weights Run(MobileNetV2Weights weights, TrainingData data, int classCount, IProgress<FineTuneProgress>? progress) =>
        blocks == FineTuneBlocks.HeadOnly && options.ClassifierStart == ClassifierStart.Solved
            ? Start(weights, data.Training, classCount)
            : Train(weights, data.Training, data.Validation, classCount, progress).Weights;

    /// <summary>Trains on a part of the photos, and looks whether that does better on the others than the start.</summary>
    /// <remarks>Of the epochs the last one counts, as it makes the model: the best one would be better by chance alone.</remarks>
    /// <returns>Both validations; null where no class has a photo to hold out.</returns>
    public FineTuneTrial? Try(MobileNetV2Weights weights, TrainingPhotos photos, int classCount, IProgress<FineTuneProgress>? progress)
    {
        (TrainingPhotos rest, TrainingPhotos held) = photos.HoldOut(TrialFraction, options.Seed);
        if (held.Count == 0)
        {
            return null;
        }

        FineTuneOptions trial = options with
        {
            Checkpoint = TrialCheckpoint(options.Checkpoint),
        };
        IReadOnlyList<ValidationResult> validations =
            new NetworkTraining(blocks, trial, head).Train(weights, rest, held, classCount, progress).Validations;
        return new FineTuneTrial(validations[0], validations[^1]);
    }

    /// <summary>Refuses checkpoints that are there and not wanted, before any work.</summary>
    /// <param name="checkpoint">Where they would be; null for nowhere.</param>
    /// <exception cref="CheckpointException">There is one.</exception>
    public static void CheckUnused(CheckpointOptions? checkpoint)
    {
        if (checkpoint is { Resume: false })
        {
            CheckpointFile.CheckUnused(checkpoint.Folder);
            CheckpointFile.CheckUnused(TrialCheckpoint(checkpoint)!.Folder);
        }
    }

    private static CheckpointOptions? TrialCheckpoint(CheckpointOptions? checkpoint) =>
        checkpoint is null ? null : checkpoint with { Folder = Path.Combine(checkpoint.Folder, TrialFolder) };

    private TrainingOutcome Train(
        MobileNetV2Weights weights,
        TrainingPhotos training,
        TrainingPhotos validation,
        int classCount,
        IProgress<FineTuneProgress>? progress)
    {
        MobileNetV2Weights start = Start(weights, training, classCount);
        using TrainingSetup setup = SetUp(start, training, classCount);
        LabelValidator? validator = validation.Count == 0
            ? null
            : new LabelValidator(setup.Engine, setup.Source(validation, ImageAugmentation.None), validation.Labels, options.Workers);
        var identity = TrainingIdentity.Of(options, blocks, start, training.Identities().Concat(validation.Identities()));
        return new FineTuner(options, setup.Engine, setup.Loader, validator, progress).Run(identity, head.CancellationToken);
    }

    /// <summary>Tries learning rates.</summary>
    /// <param name="weights">The weights at the start, of which the classifier is replaced.</param>
    /// <param name="photos">The photos to train on.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="search">Which rates.</param>
    public LearningRateSearch Search(MobileNetV2Weights weights, TrainingPhotos photos, int classCount, LearningRateSearchOptions search)
    {
        using TrainingSetup setup = SetUp(Start(weights, photos, classCount), photos, classCount);
        return new LearningRateTrial(options, setup.Engine, setup.Loader).Run(search, head.CancellationToken);
    }

    private MobileNetV2Weights Start(MobileNetV2Weights weights, TrainingPhotos photos, int classCount) =>
        options.ClassifierStart == ClassifierStart.Random
            ? weights.ResetClassifier(classCount, options.Seed)
            : ClassifierSolver.Solve(weights, photos, classCount, head);

    private TrainingSetup SetUp(MobileNetV2Weights start, TrainingPhotos photos, int classCount)
    {
        float[] classWeights = ClassBalance.Weights(photos.Labels, classCount, options.BalanceClasses);
        return new(
            start,
            new GradientOptions { Blocks = blocks },
            options,
            photos,
            new LabelTargets(photos.Labels, classCount, options.LabelSmoothing),
            [.. photos.Labels.Select(label => classWeights[label])],
            new MemoryBudget(options.InputBytes));
    }
}
