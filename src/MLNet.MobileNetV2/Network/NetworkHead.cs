using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2;

/// <summary>
/// What follows the backbone in place of its classifier: <see cref="SsdLiteHead"/> finds objects, <see cref="DeepLabV3Head"/> says what
/// every pixel shows. Immutable and thread-safe.
/// </summary>
public abstract class NetworkHead
{
    private protected NetworkHead(int classes) => Classes = classes;

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Side of the image in the paper.</summary>
    internal abstract int PaperResolution { get; }

    /// <summary>Output stride of the backbone in the paper.</summary>
    internal abstract int PaperOutputStride { get; }

    /// <summary>Follows an image through backbone and head.</summary>
    /// <exception cref="ArgumentException">The head does not fit the network.</exception>
    internal abstract void Follow(NetworkWalk walk, MobileNetV2Architecture architecture);
}
