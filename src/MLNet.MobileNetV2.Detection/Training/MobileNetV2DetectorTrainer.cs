using MLNet.MobileNetV2.Detection.Training;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.FineTuning.Checkpoints;

namespace MLNet.MobileNetV2;

/// <summary>Trains a detector on one's own boxes: SSDLite on MobileNetV2, beginning with COCO's weights in the package.</summary>
public static class MobileNetV2DetectorTrainer
{
    /// <summary>Trains a detector.</summary>
    /// <remarks>
    /// The data set is checked first (<see cref="DetectionDatasetCheck"/>); what it says cannot be used is left out. The same data, options
    /// and number of validations give the same model, whatever the number of threads.
    /// </remarks>
    /// <param name="dataset">The photos with their boxes; its classes become the model's.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="validation">
    /// Photos to measure average precision on after each epoch; null for <see cref="DetectorTrainingOptions.ValidationShare"/> of the data
    /// set.
    /// </param>
    /// <param name="progress">Told of each step and epoch; null for none.</param>
    /// <param name="cancellationToken">Stops the training; its last checkpoint stays.</param>
    /// <exception cref="ArgumentException">An option is not allowed, or the data set has no box to train on.</exception>
    /// <exception cref="CheckpointException">The folder's checkpoint is unwanted, damaged, or of another unfinished training.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a weight is no longer a finite number.</exception>
    /// <exception cref="BadImageException">A photo can no longer be read.</exception>
    public static DetectorModel Train(
        DetectionDataset dataset,
        DetectorTrainingOptions? options = null,
        DetectionDataset? validation = null,
        IProgress<DetectorTrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        options ??= new();
        options.Validate();
        CheckpointFile.Prepare(options.Checkpoint);
        DetectorData data = DetectorData.Of(dataset, validation, options, cancellationToken);
        return new(new DetectorTraining(CocoDetector.Read(), data, options).Run(progress, cancellationToken));
    }

    /// <summary>Measures how well a model finds the objects of a data set, down to a score of 0.01.</summary>
    /// <param name="model">The model.</param>
    /// <param name="dataset">
    /// The data set. It is checked first, unless it is <see cref="DetectionDatasetCheck.Usable"/>; what cannot be used, as boxes that are
    /// not of the model's classes, is left out.
    /// </param>
    /// <param name="progress">Told how many photos have been measured, from any thread; null for none.</param>
    /// <param name="cancellationToken">Looked at between photos.</param>
    /// <exception cref="BadImageException">A photo can no longer be read.</exception>
    /// <exception cref="ArgumentException">The data set has no usable box of the model's classes.</exception>
    public static DetectionReport Evaluate(
        DetectorModel model,
        DetectionDataset dataset,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        DetectionDataset usable = DetectorData.Usable(dataset, model.Labels, nameof(dataset), cancellationToken);
        return DetectorEvaluation.Run(model.Weights, usable.Images, workers: 0, progress, cancellationToken);
    }
}
