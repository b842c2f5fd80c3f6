using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>A map with rows and columns of zeros around it, which become those of the convolution that takes it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Input">The map.</param>
/// <param name="Pads">The rows and columns.</param>
internal sealed record OnnxPadded(int Id, OnnxTensor Input, ConvolutionPadding Pads) : OnnxTensor(Id, Input.IsChannelsLast)
{
    /// <inheritdoc/>
    public override int Source => Input.Id;
}
