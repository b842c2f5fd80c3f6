using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.FolderTraining;

/// <summary>An image's features and class.</summary>
internal sealed class FeatureRow
{
    public string ImagePath { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;

    public float[] Features { get; set; } = [];

    /// <summary>Whether every feature is a number: a bad image has none, and a network may overflow anywhere.</summary>
    public bool IsUsable() => Array.TrueForAll(Features, float.IsFinite);

    /// <summary>The columns with features of the featurizer's type.</summary>
    public static SchemaDefinition Schema(int featureCount)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(FeatureRow));
        definition[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1, featureCount);
        return definition;
    }
}

/// <summary>Turns images into features, and remembers those that cannot be used. Owns its network. Not thread-safe.</summary>
internal sealed class ImageFeatures : IDisposable
{
    /// <summary>Why an image has no features although its file is good.</summary>
    public const string NoNumbers = "the network gives no finite numbers for it.";

    // Several images are read at a time.
    private readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.Ordinal);
    private readonly List<BadImage> _skipped = [];
    private readonly DataOperationsCatalog _data;
    private readonly MobileNetV2FeaturizerTransformer _featurizer;

    public ImageFeatures(
        MLContext mlContext,
        MobileNetV2Weights weights,
        IFeatureCache? cache,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        _data = mlContext.Data;
        var options = new MobileNetV2FeaturizerOptions
        {
            Weights = WeightsSource.From(weights),
            OnBadImage = BadImageHandling.MissingFeatures,
            BadImageFound = image => _reasons[image.Path!] = image.Reason,
            Cache = cache,
            Progress = progress,
            CancellationToken = cancellationToken,
        };
        _featurizer = mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(_data.LoadFromEnumerable(Array.Empty<ImageFile>()));
    }

    /// <summary>The images that could not be used so far.</summary>
    public IReadOnlyList<BadImage> Skipped => _skipped;

    /// <summary>How many images' features came from the cache.</summary>
    public long CacheHits => _featurizer.CacheHits;

    /// <summary>Reads images into memory, without those that cannot be used.</summary>
    public IReadOnlyList<FeatureRow> Read(IReadOnlyList<ImageFile> files) => [.. Stream(files, isReused: false)];

    /// <summary>Rows as data with the columns ImagePath, Label and Features.</summary>
    public IDataView ToData(IReadOnlyList<FeatureRow> rows) =>
        _data.LoadFromEnumerable(rows, FeatureRow.Schema(_featurizer.Weights.FeatureCount));

    /// <summary>Reads the images to validate on; null if there are none.</summary>
    /// <exception cref="ImageFolderException">None of them can be used.</exception>
    public IDataView? ReadValidation(FolderImages images)
    {
        IReadOnlyList<FeatureRow> rows = Read(images.Validation);
        return rows.Count > 0 ? ToData(rows) : images.Validation.Count == 0 ? null : throw images.NoneToValidateOn(_skipped);
    }

    /// <summary>Reads images one after another, without those that cannot be used.</summary>
    public IEnumerable<FeatureRow> Stream(IReadOnlyList<ImageFile> files, bool isReused)
    {
        IDataView features = _featurizer.Transform(_data.LoadFromEnumerable(files));
        foreach (FeatureRow row in _data.CreateEnumerable<FeatureRow>(
            features, isReused, schemaDefinition: FeatureRow.Schema(_featurizer.Weights.FeatureCount)))
        {
            if (row.IsUsable())
            {
                yield return row;
            }
            else
            {
                _skipped.Add(new(row.ImagePath, _reasons.GetValueOrDefault(row.ImagePath, NoNumbers)));
            }
        }
    }

    public void Dispose() => _featurizer.Dispose();
}
