namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>The values of a convolution or a dense layer.</summary>
/// <param name="Kernel">The kernel, outputs first.</param>
/// <param name="Bias">A value for each output; null for none.</param>
/// <param name="Norm">The batch norm that follows; null for none.</param>
internal sealed record LayerWeights(WeightTensor Kernel, float[]? Bias, ChannelNorm? Norm = null);

/// <summary>Batch norm by channels: gamma x (value - mean) / sqrt(variance + epsilon) + beta.</summary>
/// <param name="Gamma">Scale.</param>
/// <param name="Beta">Shift.</param>
/// <param name="Mean">Running mean.</param>
/// <param name="Variance">Running variance.</param>
/// <param name="Epsilon">Added to the variance; 0 where the file has a scale and a shift alone, without statistics.</param>
internal sealed record ChannelNorm(float[] Gamma, float[] Beta, float[] Mean, float[] Variance, float Epsilon);
