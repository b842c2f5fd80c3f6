using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.WeightsImport.Naming;

/// <summary>What the tensors of one inverted residual are called.</summary>
/// <param name="Expansion">The 1x1 convolution that widens the input; null where there is none.</param>
/// <param name="Depthwise">The depthwise convolution.</param>
/// <param name="Projection">The linear 1x1 convolution.</param>
internal sealed record BlockNames(LayerTensors? Expansion, LayerTensors Depthwise, LayerTensors Projection)
{
    /// <summary>Its convolutions in the order in which they run.</summary>
    public IEnumerable<LayerTensors> Convolutions() => Expansion is null ? [Depthwise, Projection] : [Expansion, Depthwise, Projection];
}
