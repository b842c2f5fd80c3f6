namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// Losses and gradients of what is trained of a network. Parameters and gradients are flat buffers in the layout of <see cref="Tensors"/>.
/// Not thread-safe (a run uses several threads itself).
/// </summary>
internal interface IGradientEngine
{
    /// <summary>The trained tensors and their places.</summary>
    TrainedTensors Tensors { get; }

    /// <summary>
    /// Batch norm's mean and variance of each trained layer, flat, for checkpoints; empty where batch norm is frozen.
    /// <see cref="BatchNormTraining.BatchStatistics"/> changes them at each run; they may be written.
    /// </summary>
    Span<float> Statistics { get; }

    /// <summary>Reads the values with which training starts.</summary>
    void ReadInitial(Span<float> parameters);

    /// <summary>Computes the losses of a batch and the gradient of their weighted sum divided by the normalizer.</summary>
    /// <param name="parameters">The trained tensors.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="gradient">Takes the gradient; what is there is overwritten.</param>
    /// <param name="depth">
    /// <see cref="TrainedTensor.Depth"/> of the deepest tensors whose gradients are computed; those of deeper ones are 0 and take no time.
    /// </param>
    /// <param name="cancellationToken">Looked at before each micro-batch.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; the gradient is as before.</exception>
    GradientResult Run(
        ReadOnlySpan<float> parameters, GradientBatch batch, Span<float> gradient, int depth, CancellationToken cancellationToken);
}
