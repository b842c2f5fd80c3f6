namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>A convolution, alone or with what follows it: bias, batch norm, activation.</summary>
/// <param name="Place">The operator in messages.</param>
/// <param name="Input">The tensor that it takes.</param>
/// <param name="Output">The tensor that it gives.</param>
/// <param name="Origin">The convolution's own output, which stays the same where bias, batch norm or activation are further operators.</param>
/// <param name="KernelShape">Output channels, input channels a group, height, width.</param>
/// <param name="Stride">The stride, the same along both sides.</param>
/// <param name="Groups">Groups of channels that are convolved apart.</param>
/// <param name="Padding">How its input is padded.</param>
/// <param name="Limits">What its results are limited to.</param>
/// <param name="Weights">Reads the kernel, in its shape, the bias and the batch norm.</param>
internal sealed record ConvolutionStep(
    string Place,
    int Input,
    int Output,
    int Origin,
    IReadOnlyList<int> KernelShape,
    int Stride,
    int Groups,
    ConvolutionPadding Padding,
    OutputLimits Limits,
    Func<LayerWeights> Weights)
    : GraphStep(Place, [Input], Output)
{
    /// <summary>Number of channels that it gives.</summary>
    public int Channels => KernelShape[0];

    /// <summary>Whether the kernel is 3x3 and each channel has its own.</summary>
    public bool IsDepthwise => KernelShape is [_, 1, 3, 3] && Groups == Channels;
}
