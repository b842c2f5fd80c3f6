using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Classification.Gaussians;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FolderTraining;

/// <summary>A head trained on features, and the model that it makes with the featurizer. Owns the model. Not thread-safe.</summary>
internal sealed class FolderClassifier : IDisposable
{
    private readonly MLContext _mlContext;
    private readonly MulticlassPredictionTransformer<MaximumEntropyModelParameters> _head;
    private readonly IReadOnlyList<string> _scored;
    private readonly IDisposable? _owned;
    private ClassStatistics? _statistics;

    public FolderClassifier(
        MLContext mlContext,
        MobileNetV2Weights weights,
        FeatureTap tap,
        MulticlassPredictionTransformer<MaximumEntropyModelParameters> head)
        : this(mlContext, [Featurizer(mlContext, weights, tap)], head, owned: null)
    {
    }

    /// <summary>Puts a head behind steps that make the column Features of the column ImagePath.</summary>
    /// <param name="mlContext">What saves the model.</param>
    /// <param name="featurizer">The steps.</param>
    /// <param name="head">The head.</param>
    /// <param name="owned">What is disposed with the model; null for nothing.</param>
    public FolderClassifier(
        MLContext mlContext,
        IReadOnlyList<ITransformer> featurizer,
        MulticlassPredictionTransformer<MaximumEntropyModelParameters> head,
        IDisposable? owned)
    {
        (_mlContext, _head, _owned) = (mlContext, head, owned);
        ITransformer[] steps = [.. featurizer, head];
        IDataView scored = new TransformerChain<ITransformer>(steps).Transform(NoImages());
        Model = new([.. steps, mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(scored)]);
        _scored = ClassNames.Of(scored.Schema["Score"]);
    }

    /// <summary>The featurizer, the head, the predicted label as text, and the rule for unknown images if there is one.</summary>
    public TransformerChain<ITransformer> Model { get; private set; }

    /// <summary>The class names in ordinal order.</summary>
    public IReadOnlyList<string> Classes => [.. _scored.Order(StringComparer.Ordinal)];

    /// <summary>Trains a head on rows with the columns Label (text) and Features, which are read once for each.</summary>
    public static FolderClassifier Train(
        MLContext mlContext, MobileNetV2Weights weights, FeatureTap tap, IDataView rows, MobileNetV2HeadOptions options)
    {
        IDataView keyed = new TextLabel(mlContext.Transforms, "Label").ToKey().Fit(rows).Transform(rows);
        return new(mlContext, weights, tap, mlContext.MulticlassClassification.Trainers.MobileNetV2Head(options).Fit(keyed));
    }

    /// <summary>
    /// Learns what images of the classes look like, where that is asked for; if it fails, this object is disposed.
    /// </summary>
    /// <param name="rows">The images that the head was trained on.</param>
    /// <param name="folder">Their folder, for the error.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="cancellationToken">Stops the learning.</param>
    /// <exception cref="ImageFolderException">There are too few images to tell unknown ones apart.</exception>
    public void Learn(
        IReadOnlyList<FeatureRow> rows, string folder, ImageFolderTrainingOptions options, CancellationToken cancellationToken)
    {
        if (options.UnknownLabel is null && !options.KeepsStatistics)
        {
            return;
        }

        try
        {
            Dictionary<string, int> indices = ClassNames.Places(_scored);
            var learned = LearnedClasses.Of(
                [.. rows.Select(row => row.Features)],
                [.. rows.Select(row => indices[row.Label])],
                _scored.Count,
                new ParallelLoop(options.Head.ThreadCount, cancellationToken));
            UnknownRule? rule = options.UnknownLabel is null ? null : learned.RuleFor(options.KnownShare);
            Keep(
                new(_scored, learned.Gaussians, learned.Temperature, ClassStatistics.UnknownOf(options.UnknownLabel, rule)),
                options.KeepsStatistics);
        }
        catch (InvalidOperationException error)
        {
            Dispose();
            throw new ImageFolderException(folder, error.Message, error);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Appends the rule for unknown images that statistics hold, if any, and keeps them for the saved model if asked to.</summary>
    public void Keep(ClassStatistics statistics, bool isSaved)
    {
        _statistics = isSaved ? statistics : null;
        if (statistics.Unknown is not { } unknown)
        {
            return;
        }

        var options = new UnknownImageOptions { UnknownLabel = unknown.Label };
        Model = new([
            .. Model,
            new UnknownImageTransformer(
                _mlContext.Transforms, statistics.Gaussians.Features, statistics.Rule!, options, Model.Transform(NoImages())),
        ]);
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

    /// <summary>Measures the head on rows of the columns ImagePath, Label and Features.</summary>
    public ClassificationReport Evaluate(IDataView rows, CancellationToken cancellationToken)
    {
        Dictionary<string, int> indices = ClassNames.Places(_scored);
        return ClassificationReport.Create(
            _scored,
            _mlContext.Data.CreateEnumerable<ScoredRow>(_head.Transform(rows), reuseRowObject: false)
                .Select(row =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return new ScoredImage(indices[row.Label], row.Score) { Path = row.ImagePath };
                }));
    }

    /// <summary>Writes the model, which needs only the column ImagePath, and what it is to grow from.</summary>
    public void Save(Stream stream)
    {
        if (_statistics is null)
        {
            _mlContext.Model.Save(Model, NoImages().Schema, stream);
            return;
        }

        using var file = new MemoryStream();
        _mlContext.Model.Save(Model, NoImages().Schema, file);
        StatisticsFile.Append(file, _statistics);
        file.Position = 0;
        file.CopyTo(stream);
    }

    public void Dispose()
    {
        Model.Dispose();
        _owned?.Dispose();
    }

    private static MobileNetV2FeaturizerTransformer Featurizer(MLContext mlContext, MobileNetV2Weights weights, FeatureTap tap) =>
        mlContext.Transforms
            .FeaturizeImageWithMobileNetV2(new() { Weights = WeightsSource.From(weights), Tap = tap })
            .Fit(mlContext.Data.LoadFromEnumerable(Array.Empty<PathRow>()));

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
