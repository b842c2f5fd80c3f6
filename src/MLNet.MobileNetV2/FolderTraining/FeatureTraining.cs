using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.FolderTraining;

/// <summary>
/// Trains the head on features that were made before, and validates it. The labels are read first, then the features to train on, once,
/// into the trainer's memory: 4 bytes a feature; all else passes by as the data gives it. For one run.
/// </summary>
internal sealed class FeatureTraining
{
    private readonly MLContext _mlContext;
    private readonly string _name;
    private readonly IDataView _data;
    private readonly long _rowCount;
    private readonly LoadedWeights _weights;
    private readonly FeatureTap _tap;
    private readonly ImageFolderTrainingOptions _options;
    private readonly StepProgress _progress;
    private bool _isDone;

    /// <summary>Prepares to train.</summary>
    /// <param name="mlContext">What trains.</param>
    /// <param name="name">What the data is called, for errors.</param>
    /// <param name="data">Rows with the columns ImagePath, Label (text, perhaps empty) and Features, whose number is known.</param>
    /// <param name="weights">The weights that the features came from.</param>
    /// <param name="tap">Where they took them.</param>
    /// <param name="options">
    /// Fraction to hold out, seed, progress, warnings, head, and whether features are kept; nothing else of it is used.
    /// </param>
    public FeatureTraining(
        MLContext mlContext, string name, IDataView data, LoadedWeights weights, FeatureTap tap, ImageFolderTrainingOptions options)
    {
        _mlContext = mlContext;
        _name = name;
        _data = data;
        _rowCount = data.GetRowCount()!.Value;
        _weights = weights;
        _tap = tap;
        _options = options;

        // The rows pass by for their labels, for the split, for the classes, for their features and to validate; the one for features
        // takes far longer than the others.
        Steps = _rowCount * (options.ValidationFraction > 0 ? 5 : 3);
        _progress = new StepProgress(options.Progress, Steps, isEven: false);
    }

    /// <summary>Number of rows that pass by.</summary>
    public long Steps { get; }

    /// <summary>Trains.</summary>
    /// <exception cref="InvalidDataException">
    /// There are too few labels, too few rows to hold some out, or more rows than the memory takes.
    /// </exception>
    public ImageFolderTrainingResult Run(CancellationToken cancellationToken)
    {
        try
        {
            ImageFolderTrainingResult result = Train(cancellationToken);
            _progress.Report(Steps);
            _isDone = true;
            return result;
        }
        catch (Exception error) when (error is not OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            // ML.NET wraps what it meets on threads of its own.
            throw new OperationCanceledException(error.Message, error, cancellationToken);
        }
    }

    private ImageFolderTrainingResult Train(CancellationToken cancellationToken)
    {
        long steps = 0;
        IDataView labelled = _mlContext.Data.FilterByCustomPredicate<LabelRow>(_data, row =>
        {
            // Every pass over the rows goes through here, that of TrainingFeatures after the training too.
            cancellationToken.ThrowIfCancellationRequested();
            if (!_isDone)
            {
                _progress.Report(Interlocked.Increment(ref steps));
            }

            return row.Label.Length == 0;
        });
        Dictionary<string, long> counts = Count(labelled);
        CheckCounts(counts);
        (IDataView training, IDataView? validation) = Split(labelled, counts);
        long count = training.GetRowCount() ?? counts.Values.Sum();
        CheckMemory(count);
        cancellationToken.ThrowIfCancellationRequested();
        FolderClassifier classifier = FolderClassifier.Train(
            _mlContext, _weights.Weights, _tap, training, _options.HeadFor(cancellationToken));
        return classifier.Measured(
            validation,
            report => new(classifier, _weights)
            {
                TrainingImages = count,
                Validation = report,
                TrainingFeatures = _options.KeepFeatures ? training : null,
            },
            cancellationToken);
    }

    private Dictionary<string, long> Count(IDataView labelled)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);

        // Hashes, since the paths of millions of images would take more memory than the warning is worth.
        var known = new HashSet<UInt128>();
        (long repeated, string example) = (0, string.Empty);
        foreach (ImageRow row in _mlContext.Data.CreateEnumerable<ImageRow>(labelled, reuseRowObject: true))
        {
            counts[row.Label] = counts.GetValueOrDefault(row.Label) + 1;
            if (!known.Add(BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(row.ImagePath)))))
            {
                (repeated, example) = (repeated + 1, row.ImagePath);
            }
        }

        if (repeated > 0)
        {
            _options.Warning?.Invoke($"{repeated} of {_rowCount} images have the path of an earlier one, such as '{example}', "
                + "and count again.");
        }

        return counts;
    }

    private void CheckCounts(Dictionary<string, long> counts)
    {
        if (counts.Count < 2)
        {
            string found = counts.Count == 0 ? "no label" : $"only the label '{counts.Keys.Single()}'";
            throw new InvalidDataException($"The {_rowCount} images of {_name} have {found}; at least two classes are needed.");
        }

        long unlabelled = _rowCount - counts.Values.Sum();
        if (unlabelled > 0)
        {
            _options.Warning?.Invoke($"{unlabelled} of {_rowCount} images have no label and are left out.");
        }
    }

    private (IDataView Training, IDataView? Validation) Split(IDataView labelled, Dictionary<string, long> counts)
    {
        if (_options.ValidationFraction <= 0)
        {
            return (labelled, null);
        }

        if (counts.Values.All(count => count == 1))
        {
            throw new InvalidDataException($"No image of {_name} can be held out to validate on: every class has only one.");
        }

        DataOperationsCatalog.TrainTestData split =
            _mlContext.Data.StratifiedTrainTestSplit(labelled, _options.ValidationFraction, "Label", _options.Seed);
        return (split.TrainSet, split.TestSet);
    }

    // The trainer passes over all features some dozens of times, so they must be in memory; better to fail now than after reading them.
    private void CheckMemory(long count)
    {
        double needed = (double)count * ((VectorDataViewType)_data.Schema["Features"].Type).Size * sizeof(float);
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > available)
        {
            throw new InvalidDataException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Training on {count} images takes {needed / (1 << 30):F1} GiB of memory for their features, and only "
                    + $"{available / (double)(1 << 30):F1} GiB are there. ")
                + "Train on one of the files, or featurize fewer images.");
        }
    }

    private sealed class LabelRow
    {
        public string Label { get; set; } = string.Empty;
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;
    }
}
