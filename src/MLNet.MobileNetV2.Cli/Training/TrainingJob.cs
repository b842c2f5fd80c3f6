using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Cli.Models;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Evaluation;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Cli.Training;

/// <summary>Featurizes, trains the head, validates and saves. Not thread-safe; owns the model that it makes.</summary>
internal sealed class TrainingJob(MobileNetV2Weights weights, CancellationToken cancellationToken) : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private TransformerChain<ITransformer>? _model;

    /// <summary>The class names in ordinal order.</summary>
    public IReadOnlyList<string> Classes { get; private set; } = [];

    /// <summary>Number of pictures that the head was trained on.</summary>
    public int TrainImages { get; private set; }

    /// <summary>The pictures that could not be used.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; private set; } = [];

    /// <summary>Trains on the one set of files and reports on the other, if there is one.</summary>
    /// <exception cref="CommandFailedException">A class has no picture that can be used, or the files to validate on have none.</exception>
    public ClassificationReport? Run(TrainingFiles files, Action<long> progress)
    {
        using var features = new PhotoFeatures(_mlContext, weights, progress, cancellationToken);
        List<FeatureRow> training = features.Read(files.Training);
        CheckClasses(files.Training, training, features);
        List<FeatureRow> validation = features.Read(files.Validation);
        if (validation.Count == 0 && files.Validation.Count > 0)
        {
            throw new CommandFailedException(
                $"None of the {files.Validation.Count} pictures to validate on can be used. {features.Reasons(files.Validation)}");
        }

        Skipped = features.Skipped;
        TrainImages = training.Count;
        IDataView scored = Train(training, validation);
        Classes = [.. ClassNames.Of(scored.Schema).Order(StringComparer.Ordinal)];
        return validation.Count == 0 ? null : Report(validation, scored);
    }

    /// <summary>Writes the scoring part: it needs the column ImagePath alone.</summary>
    public void Save(Stream stream) => _mlContext.Model.Save(_model, NoPhotos().Schema, stream);

    public void Dispose() => _model?.Dispose();

    /// <summary>Makes the model and scores the rows to validate on.</summary>
    private IDataView Train(List<FeatureRow> training, List<FeatureRow> validation)
    {
        IDataView data = Load(training);
        IDataView keyed = _mlContext.Transforms.Conversion
            .MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(data)
            .Transform(data);
        MulticlassPredictionTransformer<MaximumEntropyModelParameters> head = _mlContext.MulticlassClassification.Trainers
            .MobileNetV2Head(new MobileNetV2HeadOptions { CancellationToken = cancellationToken })
            .Fit(keyed);
        _model = new TransformerChain<ITransformer>(
            _mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath", WeightsSource.From(weights)).Fit(NoPhotos()),
            head,
            _mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(head.Transform(keyed)));
        return head.Transform(Load(validation));
    }

    private IDataView Load(List<FeatureRow> rows) => _mlContext.Data.LoadFromEnumerable(rows, FeatureRow.Schema(weights.FeatureCount));

    private static ClassificationReport Report(List<FeatureRow> validation, IDataView scored)
    {
        IReadOnlyList<string> classes = ClassNames.Of(scored.Schema);
        Dictionary<string, int> indices = ClassNames.Indices(classes);
        return ClassificationReport.Create(
            classes,
            validation.Zip(scored.GetColumn<float[]>("Score"), (row, scores) => (indices[row.Label], (ReadOnlyMemory<float>)scores)));
    }

    private IDataView NoPhotos() => _mlContext.Data.LoadFromEnumerable(Array.Empty<PhotoPath>());

    private static void CheckClasses(IReadOnlyList<ImageFile> files, List<FeatureRow> usable, PhotoFeatures features)
    {
        HashSet<string> left = [.. usable.Select(row => row.Label)];
        ImageFile[] lost = [.. files.Where(file => !left.Contains(file.Label))];
        if (lost.Length > 0)
        {
            throw new CommandFailedException(
                $"No picture can be used in the class {string.Join(", ", lost.Select(file => file.Label).Distinct(StringComparer.Ordinal))}; "
                + $"every class needs at least one. {features.Reasons(lost)}");
        }
    }

    private sealed class PhotoPath
    {
        public string ImagePath { get; set; } = string.Empty;
    }
}
