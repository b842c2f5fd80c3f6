using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.MobileNetV2.Classification;

namespace MLNet.MobileNetV2.FolderTraining;

/// <summary>A head trained on features, and the model that it makes with the featurizer. Owns the model. Not thread-safe.</summary>
internal sealed class FolderClassifier : IDisposable
{
    private readonly MLContext _mlContext;
    private readonly MulticlassPredictionTransformer<MaximumEntropyModelParameters> _head;
    private readonly IReadOnlyList<string> _scored;

    public FolderClassifier(
        MLContext mlContext,
        MobileNetV2Weights weights,
        FeatureTap tap,
        MulticlassPredictionTransformer<MaximumEntropyModelParameters> head)
    {
        _mlContext = mlContext;
        _head = head;
        var options = new MobileNetV2FeaturizerOptions { Weights = WeightsSource.From(weights), Tap = tap };
        MobileNetV2FeaturizerTransformer featurizer = mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(NoImages());

        IDataView scored = head.Transform(featurizer.Transform(NoImages()));
        Model = new TransformerChain<ITransformer>(
            featurizer, head, mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(scored));
        _scored = ClassNames.Of(scored.Schema["Score"]);
    }

    /// <summary>The featurizer, the head, and the predicted label as text.</summary>
    public TransformerChain<ITransformer> Model { get; }

    /// <summary>The class names in ordinal order.</summary>
    public IReadOnlyList<string> Classes => [.. _scored.Order(StringComparer.Ordinal)];

    /// <summary>Trains a head on rows with the columns Label (text) and Features, which are read once for each.</summary>
    public static FolderClassifier Train(
        MLContext mlContext, MobileNetV2Weights weights, FeatureTap tap, IDataView rows, MobileNetV2HeadOptions options)
    {
        IDataView keyed = new TextLabel(mlContext.Transforms, "Label").ToKey().Fit(rows).Transform(rows);
        return new(mlContext, weights, tap, mlContext.MulticlassClassification.Trainers.MobileNetV2Head(options).Fit(keyed));
    }

    /// <summary>Measures the head, and makes a result of it, which then owns this object; if that fails, this object is disposed.</summary>
    /// <param name="validation">Rows with the columns Label and Features; null for none.</param>
    /// <param name="create">Makes the result of the measures.</param>
    /// <param name="cancellationToken">Stops the measuring.</param>
    public ImageFolderTrainingResult Measured(
        IDataView? validation, Func<ClassificationReport?, ImageFolderTrainingResult> create, CancellationToken cancellationToken)
    {
        try
        {
            return create(validation is null ? null : Evaluate(validation, cancellationToken));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private ClassificationReport Evaluate(IDataView rows, CancellationToken cancellationToken)
    {
        Dictionary<string, int> indices = _scored.Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
        return ClassificationReport.Create(
            _scored,
            _mlContext.Data.CreateEnumerable<ScoredRow>(_head.Transform(rows), reuseRowObject: false)
                .Select(row =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return new ScoredImage(indices[row.Label], row.Score) { Path = row.ImagePath };
                }));
    }

    /// <summary>Writes the model, which needs only the column ImagePath.</summary>
    public void Save(Stream stream) => _mlContext.Model.Save(Model, NoImages().Schema, stream);

    public void Dispose() => Model.Dispose();

    private IDataView NoImages() => _mlContext.Data.LoadFromEnumerable(Array.Empty<PathRow>());

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = string.Empty;
    }

    private sealed class ScoredRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;

        public float[] Score { get; set; } = [];
    }
}
