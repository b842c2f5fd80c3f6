using MLNet.MobileNetV2.FolderTraining;
using MLNet.MobileNetV2.Machine;
using Microsoft.ML;

namespace MLNet.MobileNetV2;

/// <summary>What a training on a folder gave. Owns the model. Not thread-safe.</summary>
public sealed class ImageFolderTrainingResult : IDisposable
{
    private readonly FolderClassifier _classifier;

    internal ImageFolderTrainingResult(FolderClassifier classifier, LoadedWeights weights)
    {
        _classifier = classifier;
        Weights = weights;
    }

    /// <summary>
    /// The model: it takes the column ImagePath (text) and adds Features, Score and PredictedLabel (text). It is disposed with this object.
    /// </summary>
    public ITransformer Model => _classifier.Model;

    /// <summary>The class names, in ordinal order.</summary>
    public IReadOnlyList<string> Classes => _classifier.Classes;

    /// <summary>The weights that the training began with, and why it is these.</summary>
    public LoadedWeights Weights { get; }

    /// <summary>Number of images that the classifier was trained on.</summary>
    public long TrainingImages { get; internal init; }

    /// <summary>The measures on the images to validate on; null if there are none.</summary>
    public ClassificationReport? Validation { get; internal init; }

    /// <summary>What was trained besides the classifier; <see cref="FineTuneBlocks.HeadOnly"/> also if a trial decided so.</summary>
    public FineTuneBlocks FineTunedBlocks { get; internal init; }

    /// <summary>What the trial of <see cref="ImageFolderTrainingOptions.FineTuneIfBetter"/> found; null without one.</summary>
    public FineTuneTrial? Trial { get; internal init; }

    /// <summary>What <see cref="FineTuneOptions.ChecksFlips"/> found; null if nothing was checked.</summary>
    public MirrorTrial? MirrorTrial { get; internal init; }

    /// <summary>
    /// The images that were trained on with their features by the model: the columns ImagePath and Label (text) and Features; null without
    /// <see cref="ImageFolderTrainingOptions.KeepFeatures"/>.
    /// </summary>
    public IDataView? TrainingFeatures { get; internal init; }

    /// <summary>The images that could not be used, and why; first those to train on, then those to validate on.</summary>
    public IReadOnlyList<BadImage> SkippedImages { get; internal init; } = [];

    /// <summary>Saves the model, for <c>mlContext.Model.Load</c> and <see cref="MobileNetV2Predictor.Load"/>.</summary>
    /// <param name="path">The file; an existing one is replaced once the new one is written.</param>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, Save);
    }

    /// <summary>Saves the model, for <c>mlContext.Model.Load</c>.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _classifier.Save(stream);
    }

    /// <summary>Disposes the model.</summary>
    public void Dispose() => _classifier.Dispose();
}

/// <summary>How far a training on a folder is. Immutable.</summary>
public sealed class ImageFolderTrainingProgress
{
    internal ImageFolderTrainingProgress(double fraction, string? detail, TimeSpan? remaining)
    {
        Fraction = fraction;
        Detail = detail;
        Remaining = remaining;
    }

    /// <summary>From 0 to 1.</summary>
    public double Fraction { get; }

    /// <summary>
    /// How a download of the weights goes, or epoch, loss, accuracy and images a second of a fine-tuning, as text in the invariant culture;
    /// else null.
    /// </summary>
    public string? Detail { get; }

    /// <summary>The time left; null if it is not known.</summary>
    public TimeSpan? Remaining { get; }
}
