using System.Collections.Concurrent;
using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Cli.Training;

/// <summary>Turns pictures into features, and remembers those that cannot be used. Not thread-safe; owns its network.</summary>
internal sealed class PhotoFeatures : IDisposable
{
    // Several pictures are read at a time.
    private readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.Ordinal);
    private readonly List<SkippedImage> _skipped = [];
    private readonly DataOperationsCatalog _data;
    private readonly MobileNetV2FeaturizerTransformer _featurizer;

    public PhotoFeatures(
        MLContext mlContext, MobileNetV2Weights weights, FeatureCacheOptions? cache, Action<long> progress, CancellationToken cancellationToken)
    {
        _data = mlContext.Data;
        var options = new MobileNetV2FeaturizerOptions
        {
            Weights = WeightsSource.From(weights),
            OnBadImage = BadImageHandling.MissingFeatures,
            BadImageFound = image => _reasons[image.Path!] = image.Reason,
            Cache = cache,
            Progress = new DirectProgress<long>(progress),
            CancellationToken = cancellationToken,
        };
        _featurizer = mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(_data.LoadFromEnumerable(Array.Empty<ImageFile>()));
    }

    /// <summary>The pictures that could not be used so far.</summary>
    public IReadOnlyList<SkippedImage> Skipped => _skipped;

    /// <summary>How many pictures' features came from the cache.</summary>
    public long CacheHits => _featurizer.CacheHits;

    /// <summary>Reads pictures into memory, those aside that cannot be used.</summary>
    public List<FeatureRow> Read(IReadOnlyList<ImageFile> files)
    {
        var usable = new List<FeatureRow>(files.Count);
        usable.AddRange(Stream(files, isReused: false));
        return usable;
    }

    /// <summary>Reads pictures one after another, those aside that cannot be used.</summary>
    /// <param name="files">The pictures.</param>
    /// <param name="isReused">Whether one row is used again for each picture.</param>
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
                _skipped.Add(new SkippedImage(row.ImagePath, _reasons.GetValueOrDefault(row.ImagePath, FeatureRow.NoNumbers)));
            }
        }
    }

    public void Dispose() => _featurizer.Dispose();
}
