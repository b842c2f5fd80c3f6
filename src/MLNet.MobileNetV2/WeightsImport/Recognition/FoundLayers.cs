namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>The channels of a network as a file shows them.</summary>
/// <param name="StemChannels">Channels of the first convolution's output.</param>
/// <param name="Blocks">The blocks, first to last.</param>
/// <param name="FeatureCount">Channels of the last convolution's output.</param>
internal sealed record FoundLayers(int StemChannels, IReadOnlyList<FoundBlock> Blocks, int FeatureCount);

/// <summary>One inverted residual as a file shows it.</summary>
/// <param name="InnerChannels">Channels of the depthwise convolution.</param>
/// <param name="OutputChannels">Channels of the output.</param>
/// <param name="HasExpansion">Whether a 1x1 convolution widens the input.</param>
/// <param name="Stride">Stride of the depthwise convolution: 1 or 2.</param>
internal sealed record FoundBlock(int InnerChannels, int OutputChannels, bool HasExpansion, int Stride);
