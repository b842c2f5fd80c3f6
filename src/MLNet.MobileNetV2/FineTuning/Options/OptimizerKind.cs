namespace MLNet.MobileNetV2;

/// <summary>How a gradient changes the weights.</summary>
public enum OptimizerKind
{
    /// <summary>AdamW (arXiv 1711.05101): each weight's step is scaled by its gradient's moments; weight decay is separate.</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with Nesterov's momentum, as PyTorch's <c>SGD(nesterov=True)</c>.</summary>
    Sgd,

    /// <summary>
    /// Muon (arXiv 2502.16982): the momentum of each 1x1 kernel is made orthogonal, so that a step moves every direction as far; all else
    /// goes by AdamW, with the same rates.
    /// </summary>
    Muon,
}
