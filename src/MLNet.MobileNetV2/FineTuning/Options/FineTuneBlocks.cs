using System.Globalization;

namespace MLNet.MobileNetV2;

/// <summary>
/// How much of the network is trained, counted from the end: the classifier alone, the last inverted residual blocks, or everything.
/// Immutable and thread-safe.
/// </summary>
/// <remarks>
/// With any block, the last 1x1 convolution (320 to 1280 channels in the paper's network), which follows the blocks, is trained too.
/// The default value is <see cref="HeadOnly"/>.
/// </remarks>
public readonly record struct FineTuneBlocks
{
    private const int Everything = -1;

    private readonly int _count;

    private FineTuneBlocks(int count) => _count = count;

    /// <summary>Only the classifier.</summary>
    public static FineTuneBlocks HeadOnly { get; }

    /// <summary>Every block and the stem, the first 3x3 convolution.</summary>
    public static FineTuneBlocks All { get; } = new(Everything);

    /// <summary>Whether every block and the stem are trained.</summary>
    internal bool IsAll => _count == Everything;

    /// <summary>Number of trained blocks, counted from the end; null if all are, with the stem.</summary>
    internal int? Count => IsAll ? null : _count;

    /// <summary>The last blocks and the last 1x1 convolution; 0 is <see cref="HeadOnly"/>.</summary>
    /// <param name="count">From 0 to the number of blocks, 17 in the paper's network; even then the stem is not trained.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 0.</exception>
    public static FineTuneBlocks Last(int count) => count >= 0 ? new(count) : throw new ArgumentOutOfRangeException(
        nameof(count), count, FormattableString.Invariant($"The last {count} blocks are to be trained; 0 or more is allowed."));

    /// <summary>The last blocks, as <see cref="Last"/> has them.</summary>
    /// <param name="count">Number of blocks, from 0 up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 0.</exception>
    public static implicit operator FineTuneBlocks(int count) => Last(count);

    /// <summary>The number of blocks, or <c>all</c>.</summary>
    public override string ToString() => IsAll ? "all" : _count.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Number of blocks before the first trained one: 0 where the first block trains, the number of blocks where none does.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The network has fewer blocks.</exception>
    /// <exception cref="NotSupportedException">Convolutions that are to be trained are dilated.</exception>
    internal int FirstBlock(MobileNetV2Architecture architecture)
    {
        int blocks = architecture.Blocks.Count;
        int trained = IsAll ? blocks : _count;
        if (trained > blocks)
        {
            throw new ArgumentOutOfRangeException(
                nameof(architecture),
                $"The last {trained} blocks are to be trained; this network has {blocks}: 0 to {blocks}, or all, are allowed.");
        }

        if (architecture.Blocks.TakeLast(trained).Any(block => block.Depthwise.Dilation > 1))
        {
            throw new NotSupportedException(
                $"Dilated convolutions cannot be trained, and the network's output stride is {architecture.OutputStride}. Train the same "
                + "weights at output stride 32, or the classifier alone.");
        }

        return blocks - trained;
    }
}
