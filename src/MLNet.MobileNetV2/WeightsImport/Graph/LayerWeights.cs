namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>The values of a convolution or a dense layer.</summary>
/// <param name="Kernel">The kernel, outputs first.</param>
/// <param name="Bias">A value for each output; null for none.</param>
/// <param name="Norm">The batch norm that follows; null for none.</param>
internal sealed record LayerWeights(WeightTensor Kernel, float[]? Bias, ChannelNorm? Norm = null);
