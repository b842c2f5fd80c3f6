using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>A network's layers with their shapes, parameters and cost. Immutable and thread-safe.</summary>
/// <remarks>
/// Rows come in the order of execution and are counted as by PyTorch's <c>torchsummary</c>: a convolution, its batch norm and its
/// activation are rows of their own, and each inverted residual has one more after them.
/// </remarks>
public sealed class NetworkSummary
{
    private const double BytesPerMegabyte = 1024 * 1024;
    private const int BytesPerValue = sizeof(float);

    private const int LeastResolution = 32;
    private const int GreatestResolution = 4096;

    private NetworkSummary(MobileNetV2Architecture architecture, NetworkHead? head, int resolution, NetworkWalk walk)
    {
        Architecture = architecture;
        Head = head;
        Resolution = resolution;
        Layers = walk.Layers;
        Parts = walk.Parts;
        PeakActivationBytes = walk.PeakActivationBytes;
    }

    /// <summary>The network.</summary>
    public MobileNetV2Architecture Architecture { get; }

    /// <summary>What follows the backbone; null for the classifier.</summary>
    internal NetworkHead? Head { get; }

    /// <summary>Side of the image.</summary>
    internal int Resolution { get; }

    /// <summary>The rows by the parts of the network.</summary>
    internal IReadOnlyList<NetworkPart> Parts { get; }

    /// <summary>The rows, in the order of execution.</summary>
    public IReadOnlyList<NetworkLayer> Layers { get; }

    /// <summary>Number of parameters, all of them trainable.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>Multiply-adds of the convolutions and the classifier for one image.</summary>
    public long MultiplyAdds => Layers.Sum(layer => layer.MultiplyAdds);

    /// <summary>
    /// The most memory, in bytes of float32 for one image, that inference needs for activations when an inverted residual counts as
    /// one operator, whose inner tensors can be made and dropped a few channels at a time: the largest sum of an operator's input and
    /// output (arXiv 1801.04381, section 5.1). Maps that wait for a head meanwhile are not counted.
    /// </summary>
    public long PeakActivationBytes { get; }

    /// <summary>Size of one image's input in MB of 2^20 bytes.</summary>
    internal double InputMegabytes => 3.0 * Resolution * Resolution * BytesPerValue / BytesPerMegabyte;

    /// <summary>Size in MB of every row's output and its gradient, as training keeps them for one image.</summary>
    internal double ForwardBackwardMegabytes => 2 * Layers.Sum(layer => layer.ActivationBytes) / BytesPerMegabyte;

    /// <summary>Size of the parameters in MB.</summary>
    internal double ParameterMegabytes => Parameters * BytesPerValue / BytesPerMegabyte;

    /// <summary>Sum of the three sizes in MB.</summary>
    internal double TotalMegabytes => InputMegabytes + ForwardBackwardMegabytes + ParameterMegabytes;

    /// <summary>Follows an image through a network.</summary>
    /// <param name="architecture">The network.</param>
    public static NetworkSummary Create(MobileNetV2Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var walk = new NetworkWalk(architecture.Resolution);
        walk.Backbone(architecture);
        walk.Classify(architecture);
        return new(architecture, head: null, architecture.Resolution, walk);
    }

    /// <summary>Follows an image through a network with a head in place of its classifier.</summary>
    /// <param name="architecture">The network; its resolution and its classes do not count.</param>
    /// <param name="head">The head: <see cref="SsdLiteHead"/> or <see cref="DeepLabV3Head"/>.</param>
    /// <param name="resolution">Side of the image in pixels, 32 to 4096; in the paper 320 for SSDLite and 513 for DeepLabv3.</param>
    /// <exception cref="ArgumentException">
    /// The resolution is not allowed, or the head does not fit the network: SSDLite needs an output stride of 32.
    /// </exception>
    public static NetworkSummary Create(MobileNetV2Architecture architecture, NetworkHead head, int resolution)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(head);
        Require.Between(LeastResolution, GreatestResolution, resolution);
        var walk = new NetworkWalk(resolution);
        head.Follow(walk, architecture);
        return new(architecture, head, resolution, walk);
    }
}

/// <summary>One row of a <see cref="NetworkSummary"/>.</summary>
public sealed class NetworkLayer
{
    internal NetworkLayer(string name, IReadOnlyList<int> outputShape, long parameters, long multiplyAdds)
    {
        Name = name;
        OutputShape = outputShape;
        Parameters = parameters;
        MultiplyAdds = multiplyAdds;
    }

    /// <summary>Its kind and its number in the order of execution, for example <c>Conv2d-1</c>.</summary>
    public string Name { get; }

    /// <summary>Channels, height and width of its output for one image; features alone after the pooling.</summary>
    public IReadOnlyList<int> OutputShape { get; }

    /// <summary>Number of its trainable parameters.</summary>
    public long Parameters { get; }

    /// <summary>Multiply-adds for one image; batch norm and activations are not counted.</summary>
    public long MultiplyAdds { get; }

    /// <summary>Bytes of its output in float32 for one image.</summary>
    public long ActivationBytes => OutputShape.Aggregate((long)sizeof(float), (product, dimension) => product * dimension);
}
