using System.Reflection;
using MLNet.MobileNetV2.FeatureCache;

namespace MLNet.MobileNetV2;

/// <summary>What features came from: features go together only where this is the same. Immutable and thread-safe.</summary>
public sealed class FeatureOrigin
{
    internal FeatureOrigin()
    {
    }

    /// <summary>Name of the weights, for example <c>imagenet</c>.</summary>
    public string WeightsName { get; internal init; } = null!;

    /// <summary>SHA-256 of their file in lower-case hex; null for weights that came from memory.</summary>
    public string? WeightsSha256 { get; internal init; }

    /// <summary>
    /// SHA-256 over the tensors and settings that features depend on, in lower-case hex: the same for equal weights of any origin.
    /// </summary>
    public string TensorsSha256 { get; internal init; } = null!;

    /// <summary>How images were prepared.</summary>
    public ImagePreprocessing Preprocessing { get; internal init; } = null!;

    /// <summary>The padding of the network.</summary>
    public PaddingFlavor Padding { get; internal init; }

    /// <summary>Where the features were taken.</summary>
    public FeatureTap Tap { get; internal init; } = null!;

    /// <summary>Number of features of one image.</summary>
    public int FeatureCount { get; internal init; }

    /// <summary>Height and width of a map of features; null if they are averaged.</summary>
    public int? MapSide { get; internal init; }

    /// <summary>Version of this library that computed them.</summary>
    public string LibraryVersion { get; internal init; } = null!;

    /// <summary>The version of this library without the revision of its source.</summary>
    internal static string CurrentVersion { get; } =
        typeof(FeatureOrigin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Shape of one image's features: channels, or channels, height and width.</summary>
    internal IReadOnlyList<int> Shape => MapSide is { } side ? [FeatureCount / (side * side), side, side] : [FeatureCount];

    /// <summary>The origin of the features that this library computes.</summary>
    /// <param name="weights">The weights, with the preprocessing that is used.</param>
    /// <param name="tap">Where the features are taken; null for <see cref="FeatureTap.Features"/>.</param>
    /// <exception cref="ArgumentException">The network has no such block.</exception>
    public static FeatureOrigin Of(MobileNetV2Weights weights, FeatureTap? tap = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        tap ??= FeatureTap.Features;
        IReadOnlyList<int> shape = tap.ShapeOf(weights.Architecture, weights.Preprocessing.Size);
        return new()
        {
            WeightsName = weights.Name,
            WeightsSha256 = weights.Sha256,
            TensorsSha256 = TensorHash.Of(weights),
            Preprocessing = weights.Preprocessing,
            Padding = weights.Padding,
            Tap = tap,
            FeatureCount = shape.Aggregate(1, (product, dimension) => checked(product * dimension)),
            MapSide = tap.IsPooled ? null : shape[^1],
            LibraryVersion = CurrentVersion,
        };
    }

    /// <summary>What keeps features of the two from being used together, or null. Names of weights and versions may differ.</summary>
    /// <param name="other">The other origin.</param>
    internal string? DifferenceFrom(FeatureOrigin other) => true switch
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
