namespace MLNet.MobileNetV2;

/// <summary>Weights with the reason why it is these. Immutable and thread-safe.</summary>
/// <param name="Weights">The weights.</param>
/// <param name="Model">The catalog model that they are, or null for a file or weights of the user's.</param>
/// <param name="FallbackReason">
/// Why <see cref="WeightsSource.Auto"/> took the embedded weights; null wherever the weights are those that were asked for.
/// </param>
public sealed record LoadedWeights(MobileNetV2Weights Weights, PretrainedModel? Model, string? FallbackReason)
{
    /// <summary>What to tell the user where the weights are not the first choice; else null.</summary>
    internal string? FallbackWarning => FallbackReason is null ? null
        : $"Using the embedded weights '{Weights.Name}', whose features are weaker than ImageNet's: {FallbackReason} "
            + "To use ImageNet's, set MOBILENETV2_WEIGHTS to a folder that holds the file, or run 'mobilenetv2 weights download imagenet'.";
}
