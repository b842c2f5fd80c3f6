namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>
/// Fills batches. What a batch holds follows from the seed, the epoch and the images alone. One thread at a time may call it.
/// </summary>
internal interface IBatchLoader
{
    int Epochs { get; }

    int StepsPerEpoch { get; }

    /// <summary>Memory for a batch.</summary>
    BatchBuffers CreateBatch();

    /// <summary>Fills a batch; images that are left out because they can no longer be read make it smaller, down to none.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="epoch">Which epoch, from 0.</param>
    /// <param name="step">Which step of the epoch, from 0.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="BadImageException">An image can no longer be read, and bad ones are not left out.</exception>
    /// <exception cref="InvalidOperationException">No image of the training is left.</exception>
    void Fill(BatchBuffers batch, int epoch, int step, CancellationToken cancellationToken);
}
