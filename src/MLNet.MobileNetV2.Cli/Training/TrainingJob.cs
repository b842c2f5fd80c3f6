using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Cli.Training;

/// <summary>Featurizes photos, trains the head, validates and saves. Not thread-safe; owns the model that it makes.</summary>
internal sealed class TrainingJob : ITrainingJob
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly TrainingFiles _files;
    private readonly MobileNetV2Weights _weights;
    private readonly FeatureCacheOptions? _cache;
    private readonly Classifier _classifier;

    public TrainingJob(TrainingFiles files, MobileNetV2Weights weights, FeatureCacheOptions? cache)
    {
        _files = files;
        _weights = weights;
        _cache = cache;
        _classifier = new Classifier(_mlContext, weights, FeatureTap.Features);
    }

    public long Steps => _files.Count;

    public bool IsEven => true;

    public IReadOnlyList<string> Classes => _classifier.Classes;

    public long TrainImages { get; private set; }

    public IReadOnlyList<SkippedImage> Skipped { get; private set; } = [];

    public ClassificationReport? Run(ReportProgress progress, CancellationToken cancellationToken)
    {
        using var features = new PhotoFeatures(_mlContext, _weights, _cache, done => progress(done), cancellationToken);
        List<FeatureRow> training = features.Read(_files.Training);
        CheckClasses(_files.Training, features.Skipped);
        List<FeatureRow> validation = features.Read(_files.Validation);
        if (validation.Count == 0 && _files.Validation.Count > 0)
        {
            throw new CommandFailedException(
                $"None of the {_files.Validation.Count} pictures to validate on can be used. {SkippedImage.Reasons(features.Skipped, _files.Validation)}");
        }

        Skipped = features.Skipped;
        TrainImages = training.Count;
        _classifier.Train(Load(training), cancellationToken);
        return validation.Count == 0 ? null : _classifier.Evaluate(Load(validation), cancellationToken);
    }

    public void Save(Stream stream) => _classifier.Save(stream);

    public void Dispose() => _classifier.Dispose();

    private IDataView Load(List<FeatureRow> rows) => _mlContext.Data.LoadFromEnumerable(rows, FeatureRow.Schema(_weights.FeatureCount));

    /// <summary>Makes sure that every class has a picture left.</summary>
    /// <exception cref="CommandFailedException">One has none.</exception>
    internal static void CheckClasses(IReadOnlyList<ImageFile> files, IReadOnlyCollection<SkippedImage> skipped)
    {
        HashSet<string> bad = [.. skipped.Select(image => image.Path)];
        HashSet<string> left = [.. files.Where(file => !bad.Contains(file.ImagePath)).Select(file => file.Label)];
        ImageFile[] lost = [.. files.Where(file => !left.Contains(file.Label))];
        if (lost.Length > 0)
        {
            throw new CommandFailedException(
                $"No picture can be used in the class {string.Join(", ", lost.Select(file => file.Label).Distinct(StringComparer.Ordinal))}; "
                + $"every class needs at least one. {SkippedImage.Reasons(skipped, lost)}");
        }
    }
}
