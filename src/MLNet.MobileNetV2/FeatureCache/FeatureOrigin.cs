using System.Reflection;
using MLNet.MobileNetV2.FeatureCache;

namespace MLNet.MobileNetV2;

/// <summary>What features came from: features go together only where this is the same. Immutable and thread-safe.</summary>
/// <param name="WeightsName">Name of the weights, for example <c>imagenet</c>.</param>
/// <param name="WeightsSha256">SHA-256 of their file in lower-case hex; null for weights that came from memory.</param>
/// <param name="TensorsSha256">
/// SHA-256 over the tensors and settings that features depend on, in lower-case hex: the same for equal weights of any origin.
/// </param>
/// <param name="Preprocessing">How images were prepared.</param>
/// <param name="Padding">The padding of the network.</param>
/// <param name="Tap">Where the features were taken.</param>
/// <param name="FeatureCount">Number of features of one image.</param>
/// <param name="MapSide">Height and width of a map of features; null where they are averaged.</param>
/// <param name="LibraryVersion">Version of this library that computed them.</param>
public sealed record FeatureOrigin(
    string WeightsName,
    string? WeightsSha256,
    string TensorsSha256,
    ImagePreprocessing Preprocessing,
    PaddingFlavor Padding,
    FeatureTap Tap,
    int FeatureCount,
    int? MapSide,
    string LibraryVersion)
{
    /// <summary>The version of this library without the revision of its source.</summary>
    internal static string CurrentVersion { get; } =
        typeof(FeatureOrigin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Shape of one image's features: channels, or channels, height and width.</summary>
    public IReadOnlyList<int> Shape => MapSide is { } side ? [FeatureCount / (side * side), side, side] : [FeatureCount];

    /// <summary>The origin of the features that this library computes.</summary>
    /// <param name="weights">The weights, with the preprocessing that is used.</param>
    /// <param name="tap">Where the features are taken; null for <see cref="FeatureTap.Features"/>.</param>
    /// <exception cref="ArgumentException">The network has no such block.</exception>
    public static FeatureOrigin Of(MobileNetV2Weights weights, FeatureTap? tap = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        tap ??= FeatureTap.Features;
        IReadOnlyList<int> shape = tap.ShapeOf(weights.Architecture, weights.Preprocessing.Size);
        return new(
            weights.Name,
            weights.Sha256,
            TensorHash.Of(weights),
            weights.Preprocessing,
            weights.Padding,
            tap,
            shape.Aggregate(1, (product, dimension) => checked(product * dimension)),
            tap.IsPooled ? null : shape[^1],
            CurrentVersion);
    }

    /// <summary>What keeps features of the two from being used together, or null. Names of weights and versions may differ.</summary>
    /// <param name="other">The other origin.</param>
    public string? DifferenceFrom(FeatureOrigin other) => true switch
    {
        _ when TensorsSha256 != other.TensorsSha256 =>
            $"weights ('{WeightsName}' and '{other.WeightsName}', whose tensors are not the same)",
        _ when Preprocessing != other.Preprocessing => $"preprocessing ({Preprocessing} and {other.Preprocessing})",
        _ when Padding != other.Padding => $"padding ({Padding} and {other.Padding})",
        _ when Tap != other.Tap => $"tap ({Tap} and {other.Tap})",
        _ when FeatureCount != other.FeatureCount || MapSide != other.MapSide =>
            $"number of features ({FeatureCount} and {other.FeatureCount})",
        _ => null,
    };
}
