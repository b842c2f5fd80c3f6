using System.Collections.Concurrent;
using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Training;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Features;
using MLNet.MobileNetV2.Featurization;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Cli.Featurizing;

/// <summary>Featurizes pictures into one file, a row at a time. Not thread-safe.</summary>
/// <param name="weights">The weights.</param>
/// <param name="share">Which share the pictures are; null where they are all.</param>
/// <param name="cache">Where features are kept, or null.</param>
/// <param name="cancellationToken">Stops the job.</param>
internal sealed class FeaturizeJob(MobileNetV2Weights weights, FeatureShare? share, FeatureCacheOptions? cache, CancellationToken cancellationToken)
{
    // Several pictures are read at a time.
    private readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.Ordinal);
    private readonly List<SkippedImage> _skipped = [];

    /// <summary>The pictures that could not be used.</summary>
    public IReadOnlyList<SkippedImage> Skipped => _skipped;

    /// <summary>How many pictures' features came from the cache.</summary>
    public long CacheHits { get; private set; }

    /// <summary>Writes the file.</summary>
    /// <returns>How many pictures are in it.</returns>
    /// <exception cref="CommandFailedException">There are pictures, and none can be used.</exception>
    public long Run(IReadOnlyList<ImageFile> files, string output, Action<long> progress)
    {
        var mlContext = new MLContext(seed: 1);
        var options = new MobileNetV2FeaturizerOptions
        {
            Weights = WeightsSource.From(weights),
            OnBadImage = BadImageHandling.MissingFeatures,
            BadImageFound = image => _reasons[image.Path!] = image.Reason,
            Progress = new DirectProgress<long>(progress),
            Cache = cache,
            CancellationToken = cancellationToken,
        };
        IDataView pictures = mlContext.Data.LoadFromEnumerable(files);
        using MobileNetV2FeaturizerTransformer featurizer = mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(pictures);
        using var writer = new FeatureFileWriter(output, FeatureOrigin.Of(weights), share);
        foreach (FeatureRow row in mlContext.Data.CreateEnumerable<FeatureRow>(
            featurizer.Transform(pictures), reuseRowObject: true, schemaDefinition: FeatureRow.Schema(weights.FeatureCount)))
        {
            if (row.IsUsable())
            {
                writer.Add(row.ImagePath, row.Label.Length == 0 ? null : row.Label, row.Features);
            }
            else
            {
                _skipped.Add(new SkippedImage(row.ImagePath, _reasons.GetValueOrDefault(row.ImagePath, FeatureRow.NoNumbers)));
            }
        }

        CacheHits = featurizer.CacheHits;
        cancellationToken.ThrowIfCancellationRequested();
        if (writer.RowCount == 0 && files.Count > 0)
        {
            throw new CommandFailedException(
                $"None of the {files.Count} pictures can be used. {_skipped[0].Path}: {_skipped[0].Reason}");
        }

        writer.Commit();
        return writer.RowCount;
    }
}
