using System.Globalization;

namespace MLNet.MobileNetV2.Network;

/// <summary>
/// One convolution of the network with its batch norm and activation, named as in torchvision: <c>features.0.0</c>. Depthwise convolutions
/// have as many groups as channels, others one; linear bottlenecks have no activation.
/// </summary>
internal sealed record ConvolutionLayer(
    string Name, int InputChannels, int OutputChannels, int KernelSize, int Stride, int Groups, Activation Activation)
{
    /// <summary>Distance between the values that a kernel takes: 2 leaves one out between each two. Strides above 1 have 1.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Whether batch norm follows; else a bias does. The layers that give a head's results have a bias.</summary>
    public bool HasBatchNorm { get; init; } = true;

    /// <summary>Whether ReLU6 follows.</summary>
    public bool HasReLU6 => Activation == Activation.ReLU6;

    /// <summary>Whether every channel has a kernel of its own.</summary>
    public bool IsDepthwise => Groups > 1;

    /// <summary>The name of its batch norm in torchvision's naming, for example <c>features.0.1</c>: the number after its own.</summary>
    public string BatchNormName
    {
        get
        {
            int dot = Name.LastIndexOf('.');
            int number = int.Parse(Name.AsSpan(dot + 1), CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"{Name[..dot]}.{number + 1}");
        }
    }

    /// <summary>Rows and columns from the middle of its kernel to the edge: the zeros that keep a map's side at stride 1.</summary>
    public int Reach => KernelSize / 2 * Dilation;

    /// <summary>Side of its output: with both paddings that of its input divided by the stride, rounded up.</summary>
    public int OutputSide(int inputSide) => ((inputSide - 1) / Stride) + 1;

    /// <summary>Shape of the kernel: output channels, input channels a group, height, width.</summary>
    public IReadOnlyList<int> KernelShape => [OutputChannels, InputChannels / Groups, KernelSize, KernelSize];
}

/// <summary>What follows a convolution and its batch norm.</summary>
internal enum Activation
{
    None,
    ReLU,
    ReLU6,
}
