using MLNet.MobileNetV2.FolderTraining;
using MLNet.MobileNetV2.Machine;
using Microsoft.ML;

namespace MLNet.MobileNetV2;

/// <summary>A model that has grown. Owns the model. Not thread-safe.</summary>
public sealed class ImageFolderGrowthResult : IDisposable
{
    private readonly FolderClassifier _classifier;

    internal ImageFolderGrowthResult(FolderClassifier classifier) => _classifier = classifier;

    /// <summary>The model, of the same columns as the one before. It is disposed with this object.</summary>
    public ITransformer Model => _classifier.Model;

    /// <summary>The class names, in ordinal order.</summary>
    public IReadOnlyList<string> Classes => _classifier.Classes;

    /// <summary>The classes that the model before did not have, in ordinal order.</summary>
    public IReadOnlyList<string> NewClasses { get; internal init; } = [];

    /// <summary>Number of images that were added.</summary>
    public int AddedImages { get; internal init; }

    /// <summary>Number of images that the model knows: those that were added, and those of the model before.</summary>
    public long KnownImages { get; internal init; }

    /// <summary>The measures on the images to validate on; null if there are none.</summary>
    public ClassificationReport? Validation { get; internal init; }

    /// <summary>The images that could not be used, and why; first those that were to be added, then those to validate on.</summary>
    public IReadOnlyList<BadImage> SkippedImages { get; internal init; } = [];

    /// <summary>Saves the model, which can grow again.</summary>
    /// <param name="path">The file; an existing one is replaced once the new one is written. It may be that of the model before.</param>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, _classifier.Save);
    }

    /// <summary>Saves the model.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _classifier.Save(stream);
    }

    /// <summary>Disposes the model.</summary>
    public void Dispose() => _classifier.Dispose();
}
