using MLNet.MobileNetV2.Network.Heads;

namespace MLNet.MobileNetV2.Weights;

/// <summary>
/// The tensors of a MobileNetV2 with DeepLabv3's reduced head, batch norm folded, and how images must be prepared. The backbone ends at its
/// last block, so it gives no features for a classifier. Immutable and thread-safe.
/// </summary>
/// <param name="Name">A short name for messages and metadata.</param>
/// <param name="Architecture">The backbone; its own last convolution is not there.</param>
/// <param name="ClassCount">Number of classes with the background.</param>
/// <param name="Tensors">The tensors by the names of <see cref="LayerTensors"/>.</param>
/// <param name="Ranges">
/// The least and the greatest value of results that training kept in a range, by the name of the layer, the sum
/// (<see cref="Network.InvertedResidualBlock.SumName"/>), <see cref="Pool"/> or <see cref="Joined"/>.
/// </param>
/// <param name="Preprocessing">How images must be prepared.</param>
internal sealed record SegmentationWeights(
    string Name,
    MobileNetV2Architecture Architecture,
    int ClassCount,
    IReadOnlyDictionary<string, WeightTensor> Tensors,
    IReadOnlyDictionary<string, (float Least, float Greatest)> Ranges,
    ImagePreprocessing Preprocessing)
{
    /// <summary>The most classes: their numbers are pixels of one byte.</summary>
    public const int MaxClasses = 256;

    /// <summary>The result that the head's pooling gives.</summary>
    public const string Pool = "pool";

    /// <summary>Both branches of the head behind one another.</summary>
    public const string Joined = "joined";

    /// <summary>The layers of the head.</summary>
    public DeepLabV3Layers Head => new(Architecture, ClassCount);

    /// <summary>Side of the map of logits.</summary>
    public int MapSide => Head.Tap.ShapeOf(Architecture, Preprocessing.Size)[^1];
}
