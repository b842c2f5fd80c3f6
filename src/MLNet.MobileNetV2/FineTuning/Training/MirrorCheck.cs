using MLNet.MobileNetV2.Classification;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Finds out whether mirror images are of other classes: arrows, letters, left and right hands.</summary>
internal static class MirrorCheck
{
    private const int Folds = 2;
    private const int MostImages = 1000;

    private static readonly ImageAugmentation s_mirrored = new() { HorizontalFlipProbability = 1 };

    /// <summary>How the network is trained: without flips where mirror images are of other classes.</summary>
    /// <param name="options">What is trained.</param>
    /// <param name="weights">The network at the start.</param>
    /// <param name="images">The images to train on.</param>
    /// <param name="classCount">Number of classes.</param>
    public static FineTuneOptions Tuning(MobileNetV2TrainerOptions options, MobileNetV2Weights weights, ImageSplit images, int classCount)
    {
        FineTuneOptions tuning = options.FineTuning.For(options.FineTuneBlocks);
        ImageAugmentation augmentation = tuning.Augmentation;
        if (options.IsSolvedAlone || !tuning.ChecksFlips || augmentation.HorizontalFlipProbability == 0
            || tuning.BatchNorm == BatchNormTraining.BatchStatistics
            || Run(weights, images, classCount, options.Head, tuning.Seed) is not { } trial)
        {
            return tuning;
        }

        options.FlipsChecked?.Invoke(trial);
        return trial.ChangesClasses ? tuning with { Augmentation = augmentation with { HorizontalFlipProbability = 0 } } : tuning;
    }

    /// <summary>Compares images with their mirror images.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="images">The images.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="options">How heads are solved; threads, cancellation.</param>
    /// <param name="seed">Seed of the folds, and of the choice among more than 1,000 images.</param>
    /// <returns>The outcome; null if no class has two images that can be used, so that none can be held out.</returns>
    private static MirrorTrial? Run(
        MobileNetV2Weights weights, ImageSplit images, int classCount, MobileNetV2HeadOptions options, int seed)
    {
        if (images.Count > MostImages)
        {
            images = images.HoldOut((double)MostImages / images.Count, seed).Held;
        }

        LabelledFeatures own = Features(ImageAugmentation.None);
        LabelledFeatures mirrored = Features(s_mirrored);
        images = images.Usable();
        if (images.Labels.CountBy(label => label).All(label => label.Value < 2))
        {
            return null;
        }

        List<(ImageOutcome Own, ImageOutcome Mirrored)> pairs =
        [
            .. images.Folds(Folds, seed).SelectMany(fold =>
            {
                SoftmaxWeights head = LabelledFeatures.SolveAndSpoil(own.At(fold.Left), classCount, options);
                return LabelledFeatures.JudgePairs(own.At(fold.Held), head, mirrored.At(fold.Held), head);
            }),
        ];
        return new()
        {
            Images = pairs.Count,
            Accuracy = pairs.Average(pair => pair.Own.IsCorrect ? 1.0 : 0),
            MirroredAccuracy = pairs.Average(pair => pair.Mirrored.IsCorrect ? 1.0 : 0),
            Gained = pairs.Count(pair => pair is { Mirrored.IsCorrect: true, Own.IsCorrect: false }),
            Lost = pairs.Count(pair => pair is { Mirrored.IsCorrect: false, Own.IsCorrect: true }),
        };

        LabelledFeatures Features(ImageAugmentation augmentation) =>
            LabelledFeatures.Of(weights, images, options.ThreadCount, options.CancellationToken, augmentation);
    }
}
