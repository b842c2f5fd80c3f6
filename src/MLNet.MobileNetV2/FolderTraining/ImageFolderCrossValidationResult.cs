namespace MLNet.MobileNetV2;

/// <summary>What a cross-validation found. Immutable and thread-safe.</summary>
public sealed class ImageFolderCrossValidationResult
{
    internal ImageFolderCrossValidationResult(
        IReadOnlyList<ClassificationReport> folds, ClassificationReport overall, LoadedWeights weights, IReadOnlyList<BadImage> skipped)
    {
        Folds = folds;
        Overall = overall;
        Weights = weights;
        SkippedImages = skipped;
    }

    /// <summary>The measures on each fold, by the head that was trained on the others.</summary>
    public IReadOnlyList<ClassificationReport> Folds { get; }

    /// <summary>The measures on all tested images, each by the head that was not trained on it.</summary>
    public ClassificationReport Overall { get; }

    /// <summary>The weights that made the features, and why it is these.</summary>
    public LoadedWeights Weights { get; }

    /// <summary>The images that could not be used, and why.</summary>
    public IReadOnlyList<BadImage> SkippedImages { get; }
}
