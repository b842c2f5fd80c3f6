using MLNet.MobileNetV2.FolderTraining;

namespace MLNet.MobileNetV2;

/// <summary>Trains a classifier on a folder of images in one call, as <c>mobilenetv2 train</c> does. Thread-safe.</summary>
/// <example><code>
/// using ImageFolderTrainingResult result = ImageFolderTraining.Run("flowers", new() { ValidationFraction = 0.2 });
/// Console.WriteLine($"accuracy {result.Validation!.Accuracy:P1}");
/// result.Save("flowers.zip");
/// </code></example>
public static class ImageFolderTraining
{
    /// <summary>Reads the folder, trains on its images, and measures the model on those to validate on.</summary>
    /// <remarks>
    /// Images that cannot be used are left out and listed in the result. Without fine-tuning, features take 4 bytes each in memory: 5 KB an
    /// image. The same folder, options and number of threads give the same model on one kind of machine.
    /// </remarks>
    /// <param name="folder">The folder, with one sub-folder per class, read as <c>LoadFromImageFolder</c> reads it.</param>
    /// <param name="options">Weights, validation, fine-tuning; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <returns>The model and its measures, to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    /// <exception cref="ImageFolderException">
    /// A folder is missing or cannot be read, there are fewer than two classes, one has no image that can be used, there is none to
    /// validate on, or too few to tell unknown ones apart.
    /// </exception>
    /// <exception cref="CheckpointException">
    /// The folder of checkpoints holds one that is unwanted, damaged, or of another unfinished training.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// Blocks are to be trained of a network whose output stride made dilation of strides.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a weight is no longer finite.</exception>
    /// <exception cref="WeightsFormatException">The weight file is damaged or holds another network.</exception>
    /// <exception cref="WeightsUnavailableException">The weights are neither on this machine nor can they be downloaded.</exception>
    public static ImageFolderTrainingResult Run(
        string folder, ImageFolderTrainingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new();
        options.Validate();
        FolderImages images = FolderImages.Read(folder, options, cancellationToken);
        LoadedWeights weights = options.LoadWeights(cancellationToken);
        int blocks = weights.Weights.Architecture.Blocks.Count;
        if (options.FineTuneBlocks.Count > blocks)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                $"{nameof(options.FineTuneBlocks)} is {options.FineTuneBlocks}; the weights '{weights.Weights.Name}' have {blocks} blocks: "
                + $"at most {blocks}, or all, can be trained.");
        }

        options.FineTuneBlocks.FirstBlock(weights.Weights.Architecture);
        return options.FineTuneBlocks == FineTuneBlocks.HeadOnly
            ? FolderHeadTraining.Run(images, weights, options, cancellationToken)
            : new FolderFineTuning(images, weights, options).Run(cancellationToken);
    }
}
