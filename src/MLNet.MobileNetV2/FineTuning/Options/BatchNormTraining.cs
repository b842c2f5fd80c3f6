namespace MLNet.MobileNetV2;

/// <summary>What training does with the batch norm of the trained layers.</summary>
public enum BatchNormTraining
{
    /// <summary>
    /// Statistics, scale and shift are constant, folded into the kernels, which train. The default, for small sets of images.
    /// </summary>
    Frozen,

    /// <summary>Scale and shift train; the statistics stay as they are.</summary>
    ScaleAndShift,

    /// <summary>
    /// Mean and variance are those of each batch, and running averages of them are kept for inference, as in PyTorch (momentum 0.1, the
    /// running variance unbiased). Needed to train from scratch, with batches of 16 or more. Images left
    /// at the end of an epoch, fewer than a quarter of a batch, are left out of that epoch: their statistics would be no batch's.
    /// </summary>
    BatchStatistics,
}
