using Microsoft.ML;
using MLNet.MobileNetV2.FolderTraining;
using MLNet.MobileNetV2.Machine;

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
