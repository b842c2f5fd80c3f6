using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Classification.Gaussians;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Featurization.Saving;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2.FolderTraining;

/// <summary>Adds the images of a folder to a model. For one run.</summary>
/// <param name="modelPath">The model's file, for messages.</param>
/// <param name="model">The model, which the result owns.</param>
/// <param name="statistics">What the model keeps of its images.</param>
/// <param name="options">Validation, progress.</param>
internal sealed class FolderGrowth(string modelPath, ModelFile model, ClassStatistics statistics, ImageFolderGrowthOptions options)
{
    private static readonly int s_ahead = 2 * Environment.ProcessorCount;

    private readonly List<BadImage> _skipped = [];

    public ImageFolderGrowthResult Run(string folder, CancellationToken cancellationToken)
    {
        using var predictor = MobileNetV2Predictor.Create(model.Model);
        if (!predictor.Labels.Order(StringComparer.Ordinal).SequenceEqual(statistics.Classes.Order(StringComparer.Ordinal)))
        {
            throw new InvalidDataException($"The statistics of the model '{modelPath}' are of other classes than its own.");
        }

        IReadOnlyList<ImageFile> added = Files(folder, cancellationToken);
        string[] classes = [.. statistics.Classes.Union(added.Select(file => file.Label)).Order(StringComparer.Ordinal)];
        IReadOnlyList<ImageFile> validation = options.ValidationFolder is { } other ? Files(other, cancellationToken) : [];
        CheckClasses(validation, classes);
        var progress = new StepProgress(options.Progress, added.Count + validation.Count, isEven: true);
        List<FeatureRow> rows = Featurize(predictor, added, 0, progress, cancellationToken);
        CheckUsed(folder, added, rows);
        List<FeatureRow> tested = Featurize(predictor, validation, added.Count, progress, cancellationToken);
        if (validation.Count > 0 && tested.Count == 0)
        {
            throw new ImageFolderException(options.ValidationFolder!, $"none of its {validation.Count} images can be used.");
        }

        ClassStatistics grown = Grow(classes, rows, cancellationToken);
        FolderClassifier classifier = Classifier(grown);
        try
        {
            classifier.Keep(grown, isSaved: true);
            return new(classifier)
            {
                NewClasses = [.. classes.Except(statistics.Classes, StringComparer.Ordinal)],
                AddedImages = rows.Count,
                KnownImages = grown.Gaussians.Counts.Sum(),
                Validation = tested.Count > 0 ? classifier.Evaluate(ToData(tested), cancellationToken) : null,
                SkippedImages = _skipped,
            };
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    private IReadOnlyList<ImageFile> Files(string folder, CancellationToken cancellationToken)
    {
        var listing = ImageFolderListing.OfClasses(folder, cancellationToken);
        IReadOnlyList<ImageFile> files = listing.Labelled(new ImageFolderOptions { MinimumClasses = 1 });
        foreach (string sentence in listing.LeftOut())
        {
            options.Warning?.Invoke(sentence);
        }

        return files;
    }

    private void CheckClasses(IReadOnlyList<ImageFile> validation, string[] classes)
    {
        string[] others = [.. validation.Select(file => file.Label).Except(classes, StringComparer.Ordinal)];
        if (others.Length > 0)
        {
            throw new ImageFolderException(
                options.ValidationFolder!,
                $"it has sub-folders that are no classes: {string.Join(", ", others)}. The classes are: {string.Join(", ", classes)}.");
        }
    }

    private void CheckUsed(string folder, IReadOnlyList<ImageFile> files, List<FeatureRow> rows)
    {
        string[] lost = [.. files.Select(file => file.Label).Except(rows.Select(row => row.Label), StringComparer.Ordinal)];
        if (lost.Length > 0)
        {
            throw new ImageFolderException(
                folder,
                $"no image can be used in the class {string.Join(", ", lost)}; every class needs at least one. "
                    + $"{_skipped[0].Path}: {_skipped[0].Reason}");
        }
    }

    private List<FeatureRow> Featurize(
        MobileNetV2Predictor predictor,
        IReadOnlyList<ImageFile> files,
        int before,
        StepProgress progress,
        CancellationToken cancellationToken)
    {
        var rows = new List<FeatureRow>(files.Count);
        int done = before;
        foreach ((ImageFile file, float[]? features) in
            OrderedTasks.RunAsync(files, s_ahead, FeaturizeAsync, cancellationToken).ToBlockingEnumerable(cancellationToken))
        {
            progress.Report(++done);
            if (features is not null)
            {
                rows.Add(new() { ImagePath = file.ImagePath, Label = file.Label, Features = features });
            }
        }

        return rows;

        async Task<(ImageFile File, float[]? Features)> FeaturizeAsync(ImageFile file, CancellationToken stop)
        {
            try
            {
                float[] features = await predictor.FeaturizeAsync(file.ImagePath, stop).ConfigureAwait(false);
                return (file, Array.TrueForAll(features, float.IsFinite)
                    ? features
                    : throw new BadImageException(file.ImagePath, ImageFeatures.NoNumbers));
            }
            catch (BadImageException error)
            {
                lock (_skipped)
                {
                    _skipped.Add(new(file.ImagePath, error.Reason));
                }

                return (file, null);
            }
        }
    }

    private ClassStatistics Grow(string[] classes, List<FeatureRow> rows, CancellationToken cancellationToken)
    {
        Dictionary<string, int> old = ClassNames.Places(statistics.Classes);
        int[] places = [.. classes.Select(name => old.GetValueOrDefault(name, -1))];
        ClassGaussians before = statistics.Gaussians;
        var spread = new ClassGaussians(
            Array.ConvertAll(places, place => place < 0 ? null : before.Means[place]),
            Array.ConvertAll(places, place => place < 0 ? 0 : before.Counts[place]),
            before.Covariance);
        Dictionary<string, int> indices = ClassNames.Places(classes);
        ClassGaussians after = spread.With(
            [.. rows.Select(row => row.Features)],
            [.. rows.Select(row => indices[row.Label])],
            new ParallelLoop(0, cancellationToken));
        return statistics with { Classes = classes, Gaussians = after };
    }

    private FolderClassifier Classifier(ClassStatistics grown)
    {
        MLContext mlContext = model.Context;
        SoftmaxWeights weights = GaussianScores.Of(grown.Gaussians)
            .Classifier(options.BalancesClasses ? null : grown.Gaussians.Counts, grown.Temperature);
        IDataView rows = ToData(
        [
            .. grown.Classes.Select(name => new FeatureRow { Label = name, Features = new float[grown.Gaussians.Features] }),
        ]);
        IDataView keyed = new TextLabel(mlContext.Transforms, "Label").ToKey().Fit(rows).Transform(rows);
        MulticlassPredictionTransformer<MaximumEntropyModelParameters> head = StockModelFactory.Create(
            CatalogEnvironment.Of(mlContext.Transforms), weights, [.. grown.Classes], keyed.Schema, new());
        IReadOnlyList<ITransformer> steps = new SavedPipeline(model.Model).Steps;
        return new(mlContext, [.. steps.TakeWhile(step => step is not ISingleFeaturePredictionTransformer<object>)], head, model);
    }

    private IDataView ToData(IReadOnlyList<FeatureRow> rows) =>
        model.Context.Data.LoadFromEnumerable(rows, FeatureRow.Schema(statistics.Gaussians.Features));
}
