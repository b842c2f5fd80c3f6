using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Weights.Naming;

/// <summary>Where a file keeps one convolution and its batch norm.</summary>
/// <param name="Layer">The convolution.</param>
/// <param name="Kernel">Name of its kernel.</param>
/// <param name="BatchNorm">What the names of its batch norm begin with, without the last dot.</param>
internal sealed record LayerKeys(ConvolutionLayer Layer, string Kernel, string BatchNorm);
