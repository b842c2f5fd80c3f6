namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>The channels of a network as a file shows them.</summary>
internal sealed record FoundLayers(int StemChannels, IReadOnlyList<FoundBlock> Blocks, int FeatureCount);

/// <summary>One inverted residual as a file shows it.</summary>
internal sealed record FoundBlock(int InnerChannels, int OutputChannels, bool HasExpansion, int Stride);
