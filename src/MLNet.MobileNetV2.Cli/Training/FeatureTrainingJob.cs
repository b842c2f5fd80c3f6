using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Training;

/// <summary>
/// Trains the head on feature files, validates and saves. The labels are read first, then the features to train on, once, into the
/// trainer's memory: 4 bytes a feature; all else passes by a row group at a time. Not thread-safe; owns the model that it makes.
/// </summary>
internal sealed class FeatureTrainingJob : ITrainingJob
{
    private readonly MLContext _mlContext;
    private readonly string[] _paths;
    private readonly IDataView _all;
    private readonly long _rowCount;
    private readonly FeatureOrigin _origin;
    private readonly double? _validation;
    private readonly int _seed;
    private readonly Terminal _terminal;
    private readonly Classifier _classifier;

    /// <summary>Prepares to train.</summary>
    /// <param name="terminal">Where to say what is left out.</param>
    /// <param name="mlContext">What trains.</param>
    /// <param name="paths">The feature files, as they were named.</param>
    /// <param name="data">What <c>LoadFromFeatureFiles</c> gave for them.</param>
    /// <param name="weights">The weights that they came from.</param>
    /// <param name="validation">Which part to hold out, or null.</param>
    /// <param name="seed">Decides which rows are held out.</param>
    public FeatureTrainingJob(
        Terminal terminal, MLContext mlContext, string[] paths, IDataView data, MobileNetV2Weights weights, double? validation, int seed)
    {
        _terminal = terminal;
        _mlContext = mlContext;
        _paths = paths;
        _all = data;
        _rowCount = _all.GetRowCount()!.Value;
        _origin = FeatureOrigin.Of(data);
        _validation = validation;
        _seed = seed;
        _classifier = new Classifier(_mlContext, weights, _origin.Tap);
    }

    // The rows pass by for their labels, for the split, for the classes, for their features and to validate.
    public long Steps => _rowCount * (_validation is null ? 3 : 5);

    // A pass for the features takes many times one for the labels.
    public bool IsEven => false;

    public IReadOnlyList<string> Classes => _classifier.Classes;

    public long TrainImages { get; private set; }

    public IReadOnlyList<SkippedImage> Skipped => [];

    public ClassificationReport? Run(ReportProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            ClassificationReport? report = TrainAndEvaluate(progress, cancellationToken);
            progress(Steps);
            return report;
        }
        catch (Exception error) when (error is not OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            // ML.NET wraps what it meets on threads of its own.
            throw new OperationCanceledException(error.Message, error, cancellationToken);
        }
    }

    public void Save(Stream stream) => _classifier.Save(stream);

    public void Dispose() => _classifier.Dispose();

    private ClassificationReport? TrainAndEvaluate(ReportProgress progress, CancellationToken cancellationToken)
    {
        long steps = 0;
        IDataView labelled = _mlContext.Data.FilterByCustomPredicate<LabelRow>(_all, row =>
        {
            // Every pass over the rows comes by here.
            cancellationToken.ThrowIfCancellationRequested();
            progress(Interlocked.Increment(ref steps));
            return row.Label.Length == 0;
        });
        Dictionary<string, long> counts = Count(labelled);
        CheckCounts(counts);
        (IDataView training, IDataView? validation) = Split(labelled, counts);
        TrainImages = training.GetRowCount() ?? counts.Values.Sum();
        CheckMemory();
        cancellationToken.ThrowIfCancellationRequested();
        _classifier.Train(training, cancellationToken);
        return validation is null ? null : _classifier.Evaluate(validation, cancellationToken);
    }

    private Dictionary<string, long> Count(IDataView labelled)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);

        // Hashes, since the paths of millions of pictures take more than is worth the warning.
        var known = new HashSet<UInt128>();
        (long repeated, string example) = (0, string.Empty);
        foreach (PictureRow row in _mlContext.Data.CreateEnumerable<PictureRow>(labelled, reuseRowObject: true))
        {
            counts[row.Label] = counts.GetValueOrDefault(row.Label) + 1;
            if (!known.Add(BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(row.ImagePath)))))
            {
                (repeated, example) = (repeated + 1, row.ImagePath);
            }
        }

        if (repeated > 0)
        {
            _terminal.Error.WriteLine($"{repeated} of {_rowCount} pictures have the path of an earlier one, such as '{example}', and count again.");
        }

        return counts;
    }

    private void CheckCounts(Dictionary<string, long> counts)
    {
        if (counts.Count < 2)
        {
            string found = counts.Count == 0 ? "no label" : $"the label '{counts.Keys.Single()}' alone";
            throw new CommandFailedException($"The {_rowCount} pictures of {string.Join(", ", _paths)} have {found}; at least two classes are needed.");
        }

        long unlabelled = _rowCount - counts.Values.Sum();
        if (unlabelled > 0)
        {
            _terminal.Error.WriteLine($"{unlabelled} of {_rowCount} pictures have no label and are left out.");
        }
    }

    private (IDataView Training, IDataView? Validation) Split(IDataView labelled, Dictionary<string, long> counts)
    {
        if (_validation is not { } fraction)
        {
            return (labelled, null);
        }

        if (counts.Values.All(count => count == 1))
        {
            throw new CommandFailedException("No picture can be held out for --validation: every class has one picture alone.");
        }

        DataOperationsCatalog.TrainTestData split = _mlContext.Data.StratifiedTrainTestSplit(labelled, fraction, "Label", _seed);
        return (split.TrainSet, split.TestSet);
    }

    // The trainer passes over all features some dozens of times, so they must be in memory; better said now than after they are read.
    private void CheckMemory()
    {
        double needed = (double)TrainImages * _origin.FeatureCount * sizeof(float);
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > available)
        {
            throw new CommandFailedException(FormattableString.Invariant(
                $"Training on {TrainImages} pictures takes {needed / (1 << 30):F1} GiB of memory for their features; {available / (double)(1 << 30):F1} GiB are there. ")
                + "Train on one of the files, or featurize fewer pictures.");
        }
    }

    private sealed class LabelRow
    {
        public string Label { get; set; } = string.Empty;
    }

    private sealed class PictureRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;
    }
}
