using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>One trained convolution with the sides of its maps.</summary>
/// <param name="Layer">The convolution.</param>
/// <param name="InputSide">Side of its input.</param>
/// <param name="PadBefore">Rows and columns of zeros before its input; there is as many or one more after it.</param>
/// <param name="Depth">As <see cref="TrainedTensor.Depth"/>.</param>
internal sealed record TrainedLayer(ConvolutionLayer Layer, int InputSide, int PadBefore, int Depth)
{
    /// <summary>Side of its output.</summary>
    public int OutputSide { get; } = Layer.OutputSide(InputSide);

    /// <summary>The names of its tensors.</summary>
    public LayerTensors Names { get; } = LayerTensors.Of(Layer);

    /// <summary>Whether it is the stem: a 3x3 convolution that mixes channels, which gradients take as a product of matrices.</summary>
    public bool IsStem => Layer is { IsDepthwise: false, KernelSize: > 1 };

    /// <summary>Rows of the kernel taken as a matrix of output channels x this: input channels x kernel area.</summary>
    public int KernelRow => Layer.InputChannels / Layer.Groups * Layer.KernelSize * Layer.KernelSize;
}
