namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>What a trained tensor does.</summary>
internal enum TrainedTensorKind
{
    /// <summary>The kernel of a convolution that mixes channels.</summary>
    Kernel,

    /// <summary>The kernel of a depthwise convolution.</summary>
    DepthwiseKernel,

    /// <summary>Batch norm's scale (gamma). No weight decay.</summary>
    Scale,

    /// <summary>Batch norm's shift (beta). No weight decay.</summary>
    Shift,

    /// <summary>The classifier's kernel.</summary>
    ClassifierKernel,

    /// <summary>The classifier's bias. No weight decay.</summary>
    ClassifierBias,
}
