using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FeatureCache;

/// <summary>
/// A hash over what features depend on in weights: the tensors but the classifier's, and the network's settings. The hash of their file
/// would not do: the same file can be read with other options, and weights can come from memory.
/// </summary>
internal static class TensorHash
{
    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Of(MobileNetV2Weights weights)
    {
        using var hash = new ContentHash();
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        ArchitectureMetadata.Write(settings, weights.Architecture);
        foreach ((string key, string value) in settings.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.Append(FormattableString.Invariant($"{key}={value}"));
        }

        if (weights.BatchNorm == BatchNormForm.Apart)
        {
            hash.Append(FormattableString.Invariant($"epsilon={weights.BatchNormEpsilon:R}"));
        }

        foreach ((string name, WeightTensor tensor) in weights.Tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(MobileNetV2Architecture.ClassifierName, StringComparison.Ordinal))
            {
                hash.Append($"{name} {TensorShape.Show(tensor.Shape)}");
                hash.Append(tensor.Values.Span);
            }
        }

        return hash.Finish();
    }
}
