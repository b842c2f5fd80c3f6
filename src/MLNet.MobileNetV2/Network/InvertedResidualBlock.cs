namespace MLNet.MobileNetV2.Network;

/// <summary>An inverted residual with linear bottleneck (arXiv 1801.04381, section 3.3).</summary>
/// <param name="Name">Its name in torchvision's naming, for example <c>features.1</c>.</param>
/// <param name="Expansion">The 1x1 convolution that widens the input; null where the expansion factor is 1.</param>
/// <param name="Depthwise">The 3x3 depthwise convolution.</param>
/// <param name="Projection">The linear 1x1 convolution that narrows the output.</param>
/// <param name="HasShortcut">Whether the input is added to the output: stride 1 and equal channels.</param>
internal sealed record InvertedResidualBlock(
    string Name, ConvolutionLayer? Expansion, ConvolutionLayer Depthwise, ConvolutionLayer Projection, bool HasShortcut)
{
    /// <summary>Its convolutions in the order in which they run.</summary>
    public IEnumerable<ConvolutionLayer> Convolutions() => Expansion is null ? [Depthwise, Projection] : [Expansion, Depthwise, Projection];
}
