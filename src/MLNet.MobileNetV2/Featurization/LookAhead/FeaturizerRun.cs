using Microsoft.ML.Data;
using MLNet.MobileNetV2.FeatureCache;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>What every way of featurizing does alike: bad images, progress, cancellation. Thread-safe.</summary>
/// <param name="network">What featurizes.</param>
/// <param name="options">The options.</param>
/// <param name="keys">The keys of images in the cache of the options; null if they have none.</param>
internal sealed class FeaturizerRun(PictureNetwork network, MobileNetV2FeaturizerOptions options, ImageKeys? keys)
{
    private readonly CachedImages? _cached =
        options.Cache is null || keys is null ? null : new CachedImages(network.Preprocessor, options.Cache, keys);
    private long _imageCount;

    public PictureNetwork Network => network;

    public MobileNetV2FeaturizerOptions Options => options;

    /// <summary>How many images' features came from the cache.</summary>
    public long CacheHits => _cached?.Hits ?? 0;

    /// <summary>Featurizes one row's image: the mapping of prediction engines.</summary>
    public void Map(IImageRow source, FeaturesRow target)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        VBuffer<float> features = target.Features;
        VBufferEditor<float> editor = VBufferEditor.Create(ref features, network.OutputLength);
        try
        {
            network.Run(source, static (preprocessor, image, pixels) => image.Prepare(preprocessor, pixels), editor.Values);
        }
        catch (BadImageException error) when (options.OnBadImage == BadImageHandling.MissingFeatures)
        {
            Miss(editor.Values, source.Path, error);
        }

        target.Features = editor.Commit();
        Report();
    }

    /// <summary>
    /// Turns a row's image into the network's input. Its features are there already, and false is returned, where the cache has them, or
    /// where it is bad and missing features are allowed.
    /// </summary>
    public bool TryPrepare(IImageRow image, RowSlot slot, Span<float> pixels)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (_cached is not null)
            {
                return !_cached.TryGetOrPrepare(image, slot, pixels);
            }

            image.Prepare(network.Preprocessor, pixels);
            return true;
        }
        catch (BadImageException error) when (options.OnBadImage == BadImageHandling.MissingFeatures)
        {
            Miss(slot.Features, image.Path, error);
            return false;
        }
    }

    /// <summary>Tells the cache what the network gave for a slot's image.</summary>
    public void Keep(RowSlot slot) => _cached?.Keep(slot);

    /// <summary>Writes what the cache has gathered.</summary>
    public void Flush() => options.Cache?.Flush();

    /// <summary>Gives missing features for a bad image and says so.</summary>
    private void Miss(Span<float> features, string? path, BadImageException error)
    {
        features.Fill(float.NaN);
        options.BadImageFound?.Invoke(new BadImage(path, error.Reason));
    }

    /// <summary>Tells that one more image has been read.</summary>
    public void Report() => options.Progress?.Report(Interlocked.Increment(ref _imageCount));
}
