namespace MLNet.MobileNetV2;

/// <summary>What the featurizer does with an image that cannot be used.</summary>
public enum BadImageHandling
{
    /// <summary>Throws <see cref="BadImageException"/>, which names the file.</summary>
    Throw,

    /// <summary>
    /// Gives a row of NaN features and reports the image to <see cref="MobileNetV2FeaturizerOptions.BadImageFound"/>;
    /// <c>mlContext.Data.FilterRowsByMissingValues</c> leaves such rows out.
    /// </summary>
    MissingFeatures,
}
