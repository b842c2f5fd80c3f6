using MLNet.MobileNetV2.FeatureCache;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>Looks an image up in the cache before it is prepared, and adds it after the network has run. Thread-safe.</summary>
internal sealed class CachedImages(ImagePreprocessor preprocessor, IFeatureCache cache, ImageKeys keys)
{
    private long _hits;

    /// <summary>How many images were found.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>Gives a slot's features from the cache, or turns its image into the network's input.</summary>
    /// <returns>Whether the features were there.</returns>
    /// <exception cref="BadImageException">They were not, and the image cannot be used.</exception>
    public bool TryGetOrPrepare(IImageRow image, RowSlot slot, Span<float> pixels)
    {
        if (keys.Kind == FeatureCacheKey.PathSizeTime)
        {
            slot.Key = keys.OfFile(image.Path!);
            if (slot.Key is { } key && TryGet(key, slot))
            {
                return true;
            }

            image.Prepare(preprocessor, pixels);
            return false;
        }

        if (image is EncodedRow row)
        {
            return TryGetOrPrepare(EncodedRow.Dense(row.Source), null, slot, pixels);
        }

        string path = image.Path!;
        using PooledBytes encoded = EncodedFile.Read(path);
        return TryGetOrPrepare(encoded.Span, path, slot, pixels);
    }

    /// <summary>Keeps the features that the network gave.</summary>
    public void Keep(RowSlot slot)
    {
        if (slot.Key is { } key)
        {
            cache.Add(key, slot.Features);
        }
    }

    private bool TryGetOrPrepare(ReadOnlySpan<byte> encoded, string? path, RowSlot slot, Span<float> pixels)
    {
        byte[] key = keys.OfContent(encoded);
        slot.Key = key;
        if (TryGet(key, slot))
        {
            return true;
        }

        preprocessor.FromEncoded(encoded, path, pixels);
        return false;
    }

    private bool TryGet(byte[] key, RowSlot slot)
    {
        if (!cache.TryGet(key, slot.Features))
        {
            return false;
        }

        Interlocked.Increment(ref _hits);
        return true;
    }
}
