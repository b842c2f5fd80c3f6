using MLNet.MobileNetV2.Featurization.LookAhead;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization;

/// <summary>What every way of featurizing does alike: bad pictures, progress, cancellation. Thread-safe.</summary>
internal sealed class FeaturizerRun(PictureNetwork network, MobileNetV2FeaturizerOptions options)
{
    private long _imageCount;

    public PictureNetwork Network => network;

    public MobileNetV2FeaturizerOptions Options => options;

    /// <summary>Turns a slot's picture into the network's input; where it is bad and that is allowed, gives missing features instead.</summary>
    public bool TryPrepare(PictureSlots pictures, int slot, Span<float> pixels, Span<float> features)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        try
        {
            pictures.Prepare(network, slot, pixels);
            return true;
        }
        catch (BadImageException error) when (options.OnBadImage == BadImageHandling.MissingFeatures)
        {
            Miss(features, pictures.Path(slot), error);
            return false;
        }
    }

    /// <summary>Gives missing features for a bad picture and says so.</summary>
    public void Miss(Span<float> features, string? path, BadImageException error)
    {
        features.Fill(float.NaN);
        options.BadImageFound?.Invoke(new BadImage(path, error.Reason));
    }

    /// <summary>Tells that one more picture has been read.</summary>
    public void Report() => options.Progress?.Report(Interlocked.Increment(ref _imageCount));
}
