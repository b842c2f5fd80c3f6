namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>A depthwise convolution of a gradient graph.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="InputName">The graph's output, or its input, with the layer's input.</param>
/// <param name="GradientName">The graph's output with the gradient of the convolution's result.</param>
/// <param name="HasInputGradient">Whether the graph goes on to layers before it.</param>
internal sealed record DepthwiseStep(TrainedLayer Layer, string InputName, string GradientName, bool HasInputGradient)
{
    /// <summary>Whether the graph holds the kernels turned by 180 degrees too.</summary>
    public bool HasFlipped => HasInputGradient && Layer.Layer.Stride == 1;
}
