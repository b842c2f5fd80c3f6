using Microsoft.ML;

namespace MLNet.MobileNetV2.FolderTraining;

/// <summary>Featurizes the images of a folder, trains the head on their features, and validates it.</summary>
internal static class FolderHeadTraining
{
    /// <summary>Trains.</summary>
    /// <exception cref="ImageFolderException">A class has no image that can be used, or there is none to validate on.</exception>
    public static ImageFolderTrainingResult Run(
        FolderImages images, LoadedWeights weights, ImageFolderTrainingOptions options, CancellationToken cancellationToken)
    {
        var mlContext = new MLContext(seed: 1);
        var progress = new StepProgress(options.Progress, images.Count, isEven: true);
        using var features = new ImageFeatures(mlContext, weights.Weights, options.Cache, progress, cancellationToken);
        IReadOnlyList<FeatureRow> rows = features.Read(images.Training);
        IDataView training = features.ToData(rows);
        images.CheckClasses(features.Skipped);
        IDataView? validation = features.ReadValidation(images);

        FolderClassifier classifier = FolderClassifier.Train(
            mlContext, weights.Weights, FeatureTap.Features, training, options.HeadFor(cancellationToken));
        classifier.Learn(rows, images.Folder, options, cancellationToken);
        return classifier.Measured(
            validation,
            report => new(classifier, weights)
            {
                TrainingImages = rows.Count,
                Validation = report,
                SkippedImages = features.Skipped,
                TrainingFeatures = options.KeepFeatures ? training : null,
            },
            cancellationToken);
    }
}
