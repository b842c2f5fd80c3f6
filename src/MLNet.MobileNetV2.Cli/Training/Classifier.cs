using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Cli.Models;

namespace MLNet.MobileNetV2.Cli.Training;

/// <summary>A head trained on features, and the model that it makes with the featurizer. Not thread-safe; owns the model.</summary>
/// <param name="mlContext">The context.</param>
/// <param name="weights">The featurizer's weights.</param>
/// <param name="tap">Where it takes the features.</param>
internal sealed class Classifier(MLContext mlContext, MobileNetV2Weights weights, FeatureTap tap) : IDisposable
{
    private TransformerChain<ITransformer>? _model;
    private MulticlassPredictionTransformer<MaximumEntropyModelParameters>? _head;

    /// <summary>The class names in ordinal order.</summary>
    public IReadOnlyList<string> Classes { get; private set; } = [];

    /// <summary>Data with its column Label (text) as a key, in the ordinal order of the names.</summary>
    public static IDataView WithKeys(MLContext mlContext, IDataView rows) => mlContext.Transforms.Conversion
        .MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
        .Fit(rows)
        .Transform(rows);

    /// <summary>Trains on rows with the columns Label (text) and Features, which are read once for each.</summary>
    public void Train(IDataView rows, CancellationToken cancellationToken)
    {
        IDataView keyed = WithKeys(mlContext, rows);
        Use(
            mlContext.MulticlassClassification.Trainers.MobileNetV2Head(new MobileNetV2HeadOptions { CancellationToken = cancellationToken }).Fit(keyed),
            keyed);
    }

    /// <summary>Takes a trained head.</summary>
    /// <param name="head">The head.</param>
    /// <param name="keyed">Rows with the columns Label (a key) and those of the head, or of the featurizer before it.</param>
    public void Use(MulticlassPredictionTransformer<MaximumEntropyModelParameters> head, IDataView keyed)
    {
        _head = head;
        var options = new MobileNetV2FeaturizerOptions { Weights = WeightsSource.From(weights), Tap = tap };
        MobileNetV2FeaturizerTransformer featurizer = mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(NoPhotos());

        // No row is read here: the schemas are needed alone.
        bool hasFeatures = keyed.Schema.GetColumnOrNull(options.OutputColumnName) is not null;
        IDataView scored = head.Transform(hasFeatures ? keyed : featurizer.Transform(keyed));
        _model = new TransformerChain<ITransformer>(
            featurizer, head, mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(scored));
        Classes = [.. ModelClasses.Of(scored.Schema).Order(StringComparer.Ordinal)];
    }

    /// <summary>Measures the head on rows with the columns Label and Features.</summary>
    public ClassificationReport Evaluate(IDataView rows, CancellationToken cancellationToken)
    {
        IDataView scored = _head!.Transform(rows);
        IReadOnlyList<string> classes = ModelClasses.Of(scored.Schema);
        Dictionary<string, int> indices = ModelClasses.Indices(classes);
        return ClassificationReport.Create(
            classes,
            mlContext.Data.CreateEnumerable<ScoredRow>(scored, reuseRowObject: false)
                .Select(row =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return (indices[row.Label], (ReadOnlyMemory<float>)row.Score);
                }));
    }

    /// <summary>Writes the scoring part: it needs the column ImagePath alone.</summary>
    public void Save(Stream stream) => mlContext.Model.Save(_model, NoPhotos().Schema, stream);

    public void Dispose() => _model?.Dispose();

    private IDataView NoPhotos() => mlContext.Data.LoadFromEnumerable(Array.Empty<PhotoPath>());

    private sealed class PhotoPath
    {
        public string ImagePath { get; set; } = string.Empty;
    }

    private sealed class ScoredRow
    {
        public string Label { get; set; } = string.Empty;

        public float[] Score { get; set; } = [];
    }
}
