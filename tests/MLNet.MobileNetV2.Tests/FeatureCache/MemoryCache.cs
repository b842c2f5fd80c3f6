using System.Collections.Concurrent;

namespace MLNet.MobileNetV2.Tests.FeatureCache;

/// <summary>A cache that lives as long as its test.</summary>
internal class MemoryCache : IFeatureCache
{
    private readonly ConcurrentDictionary<string, float[]> _features = new(StringComparer.Ordinal);

    public int Count => _features.Count;

    public bool TryGet(ReadOnlySpan<byte> key, Span<float> features)
    {
        if (!_features.TryGetValue(Convert.ToHexString(key), out float[]? known))
        {
            return false;
        }

        known.CopyTo(features);
        return true;
    }

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<float> features) => _features[Convert.ToHexString(key)] = features.ToArray();

    public virtual void Flush()
    {
    }
}
