namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>What a tensor is on the way through a MobileNetV2.</summary>
internal enum GraphPointKind
{
    /// <summary>The image.</summary>
    Picture,

    /// <summary>The output of the first convolution or of an inverted residual.</summary>
    BlockOutput,

    /// <summary>The output of a 1x1 convolution with ReLU6: an expansion, or the last convolution.</summary>
    Widened,

    /// <summary>The output of a depthwise convolution.</summary>
    Filtered,

    /// <summary>The output of a projection that awaits the addition of the block's input.</summary>
    Projected,

    /// <summary>The features: averaged over the image.</summary>
    Pooled,
}
