using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>Finds the weights that feature files came from.</summary>
internal static class FeatureWeights
{
    /// <summary>Loads the weights and makes sure that they are the same.</summary>
    /// <param name="terminal">Shows the progress of a download.</param>
    /// <param name="origin">What the files say.</param>
    /// <param name="named">The weights that the user named; null takes those of the catalog that have the same name.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="CommandFailedException">They are not in the catalog, or others.</exception>
    public static async Task<LoadedWeights> LoadAsync(
        Terminal terminal, FeatureOrigin origin, WeightsSource? named, CancellationToken cancellationToken)
    {
        WeightsSource source = named ?? FromCatalog(origin);
        LoadedWeights loaded = await WeightsChoice.LoadAsync(terminal, WeightsChoice.OpenStore(), source, cancellationToken);
        MobileNetV2Weights weights = loaded.Weights.WithPreprocessing(origin.Preprocessing);
        return FeatureOrigin.Of(weights, origin.Tap).DifferenceFrom(origin) is not { } difference
            ? new(weights, loaded.Model, loaded.FallbackReason)
            : throw new CommandFailedException(
                $"The features were not made with the weights '{source}': they differ in {difference}. Name theirs with --weights.");
    }

    private static WeightsSource FromCatalog(FeatureOrigin origin)
    {
        PretrainedModel? model = PretrainedModels.All.FirstOrDefault(model => model.Name == origin.WeightsName);
        return model is not null ? WeightsSource.FromPretrained(model) : throw new CommandFailedException(
            $"The features were made with the weights '{origin.WeightsName}' (SHA-256 {origin.WeightsSha256 ?? "unknown"}), "
                + "which are not in the catalog. Name their file with --weights.");
    }
}
