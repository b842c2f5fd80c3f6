namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>The channels of a network as a file shows them.</summary>
/// <param name="StemChannels">Channels of the first convolution's output.</param>
/// <param name="Blocks">The blocks, first to last.</param>
/// <param name="FeatureCount">Channels of the last convolution's output.</param>
internal sealed record FoundLayers(int StemChannels, IReadOnlyList<FoundBlock> Blocks, int FeatureCount);
