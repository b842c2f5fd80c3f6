using Microsoft.ML;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Featurization.Saving;

namespace MLNet.MobileNetV2;

/// <summary>What a model says about its featurizer: which weights, and how images are prepared. Immutable.</summary>
public sealed record MobileNetV2FeaturizerInfo
{
    internal MobileNetV2FeaturizerInfo(FeaturizerSpec spec)
    {
        WeightsName = spec.Weights;
        WeightsSha256 = spec.Sha256;
        Preprocessing = spec.Preprocessing;
        Padding = spec.Padding;
        OnBadImage = spec.OnBadImage;
        Tap = spec.Tap ?? FeatureTap.Features;
    }

    /// <summary>Name of the weights, for example <c>imagenet</c>.</summary>
    public string WeightsName { get; }

    /// <summary>SHA-256 of their file in hexadecimal; null for weights that came from memory.</summary>
    public string? WeightsSha256 { get; }

    /// <summary>How images are prepared.</summary>
    public ImagePreprocessing Preprocessing { get; }

    /// <summary>The padding that the weights were trained with.</summary>
    public PaddingFlavor Padding { get; }

    /// <summary>What happens with an image that cannot be used.</summary>
    public BadImageHandling OnBadImage { get; }

    /// <summary>Where the features are taken.</summary>
    public FeatureTap Tap { get; }

    /// <summary>Finds the first MobileNetV2 featurizer in a fitted or loaded model.</summary>
    /// <param name="model">The model.</param>
    /// <returns>What it says, or null if the model has no such featurizer, or one that takes prepared pixels.</returns>
    /// <exception cref="InvalidDataException">The model's specification is damaged.</exception>
    public static MobileNetV2FeaturizerInfo? Find(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new SavedPipeline(model).FindSpec() is var (spec, _) ? new(spec) : null;
    }
}
