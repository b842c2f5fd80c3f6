using MLNet.MobileNetV2.Cli.Failures;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>Finds the training photos that are most like a photo. Thread-safe.</summary>
/// <param name="predictor">The model; it stays the caller's.</param>
/// <param name="index">Its training photos.</param>
/// <param name="count">Most photos to find.</param>
internal sealed class NearestPhotos(MobileNetV2Predictor predictor, ImageFeatureIndex index, int count)
{
    /// <summary>Opens the index of a model; null where nothing is to be found.</summary>
    /// <param name="model">The model's file.</param>
    /// <param name="predictor">The model; null if no predictor runs it.</param>
    /// <param name="count">Most photos to find; null for none.</param>
    /// <exception cref="CommandFailedException">The model has none.</exception>
    public static NearestPhotos? Open(string model, MobileNetV2Predictor? predictor, int? count) =>
        count is not { } most ? null
            : !File.Exists(model) ? throw new CommandFailedException(
                $"--nearest needs a model that 'train --keep-index' saved; '{model}' is a network by its name.", ExitCode.WrongUsage)
            : predictor is null ? throw new CommandFailedException(
                $"--nearest needs features, and the model '{model}' has steps that a predictor does not run.")
            : new(predictor, ImageFeatureIndex.Open(model), most);

    /// <summary>The training photos that are most like one, the most similar first.</summary>
    /// <exception cref="BadImageException">The photo cannot be used.</exception>
    public async Task<IReadOnlyList<NearestImage>> OfAsync(string path, CancellationToken cancellationToken)
    {
        float[] features = await predictor.FeaturizeAsync(path, cancellationToken);
        return features.Length == index.FeatureCount
            ? index.Nearest(features, count)
            : throw new CommandFailedException(
                $"The model gives {features.Length} features, and the photos of its index have {index.FeatureCount}. "
                + "Train with --keep-index again.");
    }
}
