namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>What training makes small.</summary>
internal enum GradientLoss
{
    /// <summary>The cross-entropy of the softmax of the logits with soft targets.</summary>
    CrossEntropy,

    /// <summary>
    /// The mean squared difference of the outputs from the targets. The outputs are the features, or a linear map of them where the
    /// weights have a classifier, which then serves to meet a teacher of another number of features.
    /// </summary>
    SquaredError,
}
