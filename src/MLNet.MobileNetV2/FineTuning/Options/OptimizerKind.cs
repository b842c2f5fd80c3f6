namespace MLNet.MobileNetV2;

/// <summary>How a gradient changes the weights.</summary>
public enum OptimizerKind
{
    /// <summary>AdamW (arXiv 1711.05101): a step per weight scaled by its gradient's moments; weight decay apart from the gradient.</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with Nesterov's momentum, as PyTorch's <c>SGD(nesterov=True)</c>.</summary>
    Sgd,
}
