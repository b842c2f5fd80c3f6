namespace MLNet.MobileNetV2;

/// <summary>
/// Keeps features from one run to the next: an image whose features are there is neither decoded nor run through the network. A map from
/// keys of 32 bytes to features; <c>SqliteFeatureCache</c>, in the package MLNet.MobileNetV2.Sqlite, is one on disk.
/// </summary>
/// <remarks>
/// A key covers the image and all that its features depend on: weights, preprocessing, padding, tap and version of this library. So one
/// cache serves any number of featurizers. Several threads call at the same time. What a member throws comes out of reading a row's
/// features: a cache that fails should report that in its own way, and find nothing from then on.
/// </remarks>
public interface IFeatureCache
{
    /// <summary>Gives an image's features, if they are there.</summary>
    /// <param name="key">The image's key.</param>
    /// <param name="features">Where they go: as many as were kept, or they are not those.</param>
    /// <returns>Whether they were there.</returns>
    bool TryGet(ReadOnlySpan<byte> key, Span<float> features);

    /// <summary>
    /// Keeps an image's features, in place of those that are there. They need not be on disk before <see cref="Flush"/>.
    /// </summary>
    /// <param name="key">The image's key.</param>
    /// <param name="features">Its features.</param>
    void Add(ReadOnlySpan<byte> key, ReadOnlySpan<float> features);

    /// <summary>Writes what has gathered. The featurizer calls it when a reading ends, whole or not.</summary>
    void Flush();
}

/// <summary>By what a feature cache knows an image.</summary>
public enum FeatureCacheKey
{
    /// <summary>
    /// The SHA-256 of its bytes, which are read each time: an image is known under every name and in every place, and a change of one
    /// byte is noticed.
    /// </summary>
    Content,

    /// <summary>
    /// Its full path, size and time of last change: nothing is read of a known image. A file that is changed with its size and time
    /// kept is taken for the old one. For columns of paths alone.
    /// </summary>
    PathSizeTime,
}
