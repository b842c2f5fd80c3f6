using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.FolderTraining;

namespace MLNet.MobileNetV2.Cli.Featurizing;

/// <summary>Featurizes images into one file, a row at a time. Not thread-safe.</summary>
/// <param name="weights">The weights.</param>
/// <param name="share">Which share the images are; 1 of 1 if they are all.</param>
/// <param name="cache">Where features are kept, or null.</param>
/// <param name="cancellationToken">Stops the job.</param>
internal sealed class FeaturizeJob(
    MobileNetV2Weights weights, FeatureShare share, IFeatureCache? cache, CancellationToken cancellationToken)
{
    /// <summary>The images that could not be used.</summary>
    public IReadOnlyList<BadImage> Skipped { get; private set; } = [];

    /// <summary>How many images' features came from the cache.</summary>
    public long CacheHits { get; private set; }

    /// <summary>Writes the file.</summary>
    /// <returns>How many images are in it.</returns>
    /// <exception cref="CommandFailedException">There are images, and none can be used.</exception>
    public async Task<long> RunAsync(IReadOnlyList<ImageFile> files, string output, IProgress<long> progress)
    {
        using var features = new ImageFeatures(new MLContext(seed: 1), weights, cache, progress, cancellationToken);
        await using FeatureFileWriter writer = await FeatureFileWriter.CreateAsync(output, FeatureOrigin.Of(weights), share);
        foreach (FeatureRow row in features.Stream(files, isReused: true))
        {
            await writer.AddAsync(row.ImagePath, row.Label.Length == 0 ? null : row.Label, row.Features);
        }

        Skipped = features.Skipped;
        CacheHits = features.CacheHits;
        cancellationToken.ThrowIfCancellationRequested();
        if (writer.RowCount == 0 && files.Count > 0)
        {
            throw new CommandFailedException(
                $"None of the {files.Count} images can be used. {Skipped[0].Path}: {Skipped[0].Reason}");
        }

        await writer.CommitAsync();
        return writer.RowCount;
    }
}
