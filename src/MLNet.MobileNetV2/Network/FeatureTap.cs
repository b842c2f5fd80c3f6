using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2;

/// <summary>Where features are taken from the network: the last convolution or any inverted residual, averaged or not.</summary>
/// <param name="Block">
/// Number of the inverted residual, from 1 up (torchvision's <c>features.N</c>), whose output is taken, after the shortcut; 0 for the
/// stem; null for the last convolution. Default: null.
/// </param>
/// <param name="IsPooled">
/// Whether each channel is averaged over the image, which gives a vector of the channels; else a map of channels x height x width is
/// given. Default: true.
/// </param>
public sealed record FeatureTap(int? Block = null, bool IsPooled = true)
{
    /// <summary>The features that the network's own classifier takes: the averaged output of the last convolution.</summary>
    public static FeatureTap Features { get; } = new();

    /// <summary>The map of a block's expansion, before its depthwise convolution; SSDLite takes one.</summary>
    internal static FeatureTap ExpansionOf(int block) => new(block, IsPooled: false) { IsExpansion = true };

    /// <summary>Whether the block's expansion is taken in place of its output.</summary>
    internal bool IsExpansion { get; private init; }

    /// <summary>Shape of the features for one image: channels, or channels, height and width.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="size">Side of the image.</param>
    /// <exception cref="ArgumentException">The network has no such block, or the block no expansion.</exception>
    internal IReadOnlyList<int> ShapeOf(MobileNetV2Architecture architecture, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        Check(architecture);
        IEnumerable<ConvolutionLayer> before = Block is { } number
            ? [architecture.Stem, .. architecture.Blocks.Take(IsExpansion ? number - 1 : number).SelectMany(block => block.Convolutions())]
            : architecture.Convolutions();
        int channels = 0;
        foreach (ConvolutionLayer layer in IsExpansion ? before.Append(architecture.Blocks[Block!.Value - 1].Expansion!) : before)
        {
            channels = layer.OutputChannels;
            size = layer.OutputSide(size);
        }

        return IsPooled ? [channels] : [channels, size, size];
    }

    /// <summary>Throws where a network does not have the tap.</summary>
    /// <exception cref="ArgumentException">The network has no such block, or the block no expansion.</exception>
    internal void Check(MobileNetV2Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        if (Block is { } number && (number < 0 || number > architecture.Blocks.Count))
        {
            throw new ArgumentException($"The tap is at block {number}; 0 to {architecture.Blocks.Count} are allowed.");
        }

        if (IsExpansion && (Block == 0 || architecture.Blocks[Block!.Value - 1].Expansion is null))
        {
            throw new ArgumentException($"The tap is at the expansion of block {Block}, which has none.");
        }
    }
}
