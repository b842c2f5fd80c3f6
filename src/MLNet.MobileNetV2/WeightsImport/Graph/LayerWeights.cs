namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>The values of a convolution or a dense layer, outputs first.</summary>
internal sealed record LayerWeights(WeightTensor Kernel, float[]? Bias, ChannelNorm? Norm = null);

/// <summary>
/// Batch norm by channels: gamma x (value - mean) / sqrt(variance + epsilon) + beta. The epsilon is 0 for a scale and a shift alone.
/// </summary>
internal sealed record ChannelNorm(float[] Gamma, float[] Beta, float[] Mean, float[] Variance, float Epsilon);
