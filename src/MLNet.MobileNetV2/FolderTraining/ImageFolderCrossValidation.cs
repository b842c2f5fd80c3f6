using MLNet.MobileNetV2.FolderTraining;
using Microsoft.ML;

namespace MLNet.MobileNetV2;

/// <summary>
/// Measures how well a head would name the images of a folder, without holding images out of the training: each fold of them is tested by a
/// head that was trained on the others. Features are made once. Thread-safe.
/// </summary>
/// <example><code>
/// ImageFolderCrossValidationResult result = ImageFolderCrossValidation.Run("flowers");
/// Console.WriteLine($"accuracy {result.Overall.Accuracy:P1} ({result.Overall.AccuracyInterval})");
/// </code></example>
public static class ImageFolderCrossValidation
{
    /// <summary>Featurizes the images, and trains and tests a head for each fold.</summary>
    /// <remarks>
    /// Images that cannot be used are left out and listed in the result. Classes are spread evenly over the folds. A class of which all
    /// images are in one group (a class of one image, for example) is trained on in every fold and not tested, which a warning says.
    /// </remarks>
    /// <param name="folder">The folder, with one sub-folder per class, read as <c>LoadFromImageFolder</c> reads it.</param>
    /// <param name="options">Folds, groups, weights; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    /// <exception cref="ImageFolderException">
    /// The folder is missing or cannot be read, there are fewer than two classes, one has no image that can be used, or there are fewer
    /// images to test than folds.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="WeightsFormatException">The weight file is damaged or holds another network.</exception>
    /// <exception cref="WeightsUnavailableException">The weights are neither on this machine nor can they be downloaded.</exception>
    public static ImageFolderCrossValidationResult Run(
        string folder, ImageFolderCrossValidationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new();
        options.Validate();
        FolderImages images = FolderImages.Read(folder, options.Training, cancellationToken);
        LoadedWeights weights = options.Training.LoadWeights(cancellationToken);
        var progress = new StepProgress(options.Progress, images.Count, isEven: true);
        using var features = new ImageFeatures(new MLContext(seed: 1), weights.Weights, options.Cache, progress, cancellationToken);
        FeatureRow[] rows = [.. features.Stream(images.Training, isReused: false)];
        images.CheckClasses(features.Skipped);
        string[] classes = [.. rows.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        MobileNetV2HeadOptions head = options.Training.HeadFor(cancellationToken);
        int[] groups = HeadFolds.Numbers([.. rows.Select(row => options.Grouping is { } by ? images.GroupOf(row.ImagePath, by) : null)]);
        var folds = new HeadFolds(rows, classes, groups, options.Folds, options.Seed);
        Check(folds, folder, options);
        ScoredImage[][] scored = folds.Score(head);
        return new(
            [.. scored.Where(fold => fold.Length > 0).Select(fold => ClassificationReport.Create(classes, fold, options.Report))],
            ClassificationReport.Create(classes, scored.SelectMany(fold => fold), options.Report),
            weights,
            features.Skipped);
    }

    private static void Check(HeadFolds folds, string folder, ImageFolderCrossValidationOptions options)
    {
        if (folds.TestedCount < options.Folds)
        {
            throw new ImageFolderException(folder, FormattableString.Invariant(
                $"{options.Folds} folds need at least {options.Folds} images that can be tested; there are {folds.TestedCount}. ")
                + "A class with fewer than two images, or groups of images, is not tested.");
        }

        if (folds.UntestedClasses is { Count: > 0 } untested)
        {
            options.Warning?.Invoke(
                $"Classes with fewer than two images, or groups of images, are not tested: {string.Join(", ", untested)}.");
        }
    }
}
