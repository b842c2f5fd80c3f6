namespace MLNet.MobileNetV2;

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
