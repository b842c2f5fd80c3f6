namespace MLNet.MobileNetV2;

/// <summary>An image that cannot be used. Immutable.</summary>
public sealed class BadImage
{
    internal BadImage(string? path, string reason)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The file as the data named it; null for an image that came as bytes or pixels.</summary>
    public string? Path { get; }

    /// <summary>What was found and what is allowed.</summary>
    public string Reason { get; }
}

/// <summary>What the featurizer does with an image that cannot be used.</summary>
public enum BadImageHandling
{
    /// <summary>Throws <see cref="BadImageException"/>, which names the file.</summary>
    Throw,

    /// <summary>
    /// Gives a row of NaN features and reports the image to <see cref="MobileNetV2FeaturizerOptions.BadImageFound"/>;
    /// <c>mlContext.Data.FilterRowsByMissingValues</c> removes such rows.
    /// </summary>
    MissingFeatures,
}
