using Microsoft.ML;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Featurization.Saving;

namespace MLNet.MobileNetV2;

/// <summary>What a model says about its featurizer: which weights, and how images are prepared. Immutable.</summary>
/// <param name="WeightsName">Name of the weights, for example <c>imagenet</c>.</param>
/// <param name="WeightsSha256">SHA-256 of their file in hexadecimal; null for weights that came from memory.</param>
/// <param name="Preprocessing">How images are prepared.</param>
/// <param name="Padding">The padding that the weights were trained with.</param>
/// <param name="OnBadImage">What happens with an image that cannot be used.</param>
/// <param name="Tap">Where the features are taken.</param>
public sealed record MobileNetV2FeaturizerInfo(
    string WeightsName,
    string? WeightsSha256,
    ImagePreprocessing Preprocessing,
    PaddingFlavor Padding,
    BadImageHandling OnBadImage,
    FeatureTap Tap)
{
    /// <summary>Finds the first MobileNetV2 featurizer in a fitted or loaded model.</summary>
    /// <param name="model">The model.</param>
    /// <returns>What it says, or null where the model has no such featurizer, or one that takes prepared pixels.</returns>
    /// <exception cref="InvalidDataException">The model's specification is damaged.</exception>
    public static MobileNetV2FeaturizerInfo? Find(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new SavedPipeline(model).FindSpec() is var (spec, _) ? Of(spec) : null;
    }

    internal static MobileNetV2FeaturizerInfo Of(FeaturizerSpec spec) =>
        new(spec.Weights, spec.Sha256, spec.Preprocessing, spec.Padding, spec.OnBadImage, spec.Tap ?? FeatureTap.Features);
}
