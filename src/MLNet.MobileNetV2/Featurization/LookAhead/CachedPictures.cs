using MLNet.MobileNetV2.FeatureCache;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>Asks the cache before a picture is prepared, and tells it after the network has run. Thread-safe.</summary>
internal sealed class CachedPictures(ImagePreprocessor preprocessor, FolderFeatureCache cache)
{
    /// <summary>Gives a slot's features from the cache, or turns its picture into the network's input.</summary>
    /// <returns>Whether the features were there.</returns>
    /// <exception cref="BadImageException">They were not, and the picture cannot be used.</exception>
    public bool TryGetOrPrepare(PictureSlots pictures, RowSlot slot, Span<float> pixels)
    {
        if (cache.Key == FeatureCacheKey.PathSizeTime)
        {
            slot.Key = PictureKey.OfFile(pictures.Path(slot.Index)!);
            if (slot.Key is { } key && cache.TryGet(key, slot.Features))
            {
                return true;
            }

            pictures.Prepare(preprocessor, slot.Index, pixels);
            return false;
        }

        if (pictures.Kind == ImageColumnKind.Encoded)
        {
            return TryGetOrPrepare(pictures.Encoded(slot.Index), null, slot, pixels);
        }

        string path = pictures.Path(slot.Index)!;
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
        PictureKey key = PictureKey.OfContent(encoded);
        slot.Key = key;
        if (cache.TryGet(key, slot.Features))
        {
            return true;
        }

        preprocessor.FromEncoded(encoded, path, pixels);
        return false;
    }
}
