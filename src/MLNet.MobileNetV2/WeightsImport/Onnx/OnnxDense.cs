using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>What a dense layer gives.</summary>
/// <param name="Step">The layer.</param>
/// <param name="HasBias">Whether it has its bias already.</param>
internal sealed record OnnxDense(DenseStep Step, bool HasBias) : OnnxTensor(Step.Output, IsChannelsLast: true)
{
    /// <summary>The same with a bias.</summary>
    public OnnxDense Then(int output, OnnxConstant bias)
    {
        Func<LayerWeights> weights = Step.Weights;
        int classes = Step.KernelShape[0];
        return new(Step with { Output = output, Weights = () => weights() with { Bias = bias.ByChannel(classes) } }, HasBias: true);
    }
}
