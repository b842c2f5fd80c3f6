using MLNet.MobileNetV2.FolderTraining;
using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2;

/// <summary>
/// Adds classes, or more images of known ones, to a model without the images that it was trained on, as
/// <c>mobilenetv2 train --add</c> does. Thread-safe.
/// </summary>
/// <example><code>
/// using ImageFolderGrowthResult grown = ImageFolderGrowth.Run("flowers.zip", "more-flowers");
/// grown.Save("flowers.zip");
/// </code></example>
public static class ImageFolderGrowth
{
    /// <summary>Reads the images of the folder, and gives the model a classifier of all of its classes.</summary>
    /// <remarks>
    /// A model that <see cref="ImageFolderTraining"/> saved keeps the mean of the features of each class, and how features differ within
    /// classes (<see cref="ImageFolderTrainingOptions.KeepsStatistics"/>). The images that are added change these as if all had been there
    /// at once, and the new classifier is that of linear discriminant analysis (Fisher 1936) on them, with the covariance shrunk and the
    /// scores made as sure as held-out images of the first training were right. The featurizer stays as it is, fine-tuned or not.
    /// </remarks>
    /// <param name="modelPath">The model to add to, which is only read.</param>
    /// <param name="folder">The folder, with one sub-folder for each class that images are added to; at least one.</param>
    /// <param name="options">Validation, progress; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The model and its measures, to be disposed by the caller.</returns>
    /// <exception cref="FileNotFoundException">There is no such model.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is no model that can be loaded, or it keeps no statistics, or damaged ones.
    /// </exception>
    /// <exception cref="NotSupportedException">The model has steps beside a featurizer and its head.</exception>
    /// <exception cref="ImageFolderException">
    /// A folder is missing or cannot be read, a class has no image that can be used, or images to validate on are of no class.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ImageFolderGrowthResult Run(
        string modelPath, string folder, ImageFolderGrowthOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(modelPath);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var model = ModelFile.Load(modelPath);
        try
        {
            ClassStatistics statistics = StatisticsFile.Read(modelPath);
            return new FolderGrowth(modelPath, model, statistics, options ?? new()).Run(folder, cancellationToken);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
