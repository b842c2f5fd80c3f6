namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>
/// Hands out batches in order and fills the next one meanwhile. Not thread-safe. <see cref="Dispose"/> waits for the filling under way.
/// </summary>
internal sealed class BatchQueue : IDisposable
{
    private readonly IBatchLoader _loader;
    private readonly int _epochs;
    private readonly CancellationTokenSource _stop;
    private BatchBuffers _spare;
    private BatchBuffers? _out;
    private Task<BatchBuffers>? _next;
    private (int Epoch, int Step) _place;

    public BatchQueue(IBatchLoader loader, int epochs, int epoch, int step, CancellationToken cancellationToken)
    {
        _loader = loader;
        _epochs = epochs;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _spare = loader.CreateBatch();
        _place = (epoch, step);
        _next = epoch < epochs ? Fill(loader.CreateBatch()) : null;
    }

    /// <summary>The next batch; the one before it is given back with this call.</summary>
    public BatchBuffers Next()
    {
        BatchBuffers batch = _next!.GetAwaiter().GetResult();
        _spare = _out ?? _spare;
        _out = batch;
        _place = _place.Step + 1 < _loader.StepsPerEpoch ? (_place.Epoch, _place.Step + 1) : (_place.Epoch + 1, 0);
        _next = _place.Epoch < _epochs ? Fill(_spare) : null;
        return batch;
    }

    public void Dispose()
    {
        _stop.Cancel();

        // An error of the filling was thrown before, or no longer matters.
        ((Task?)_next)?.ContinueWith(task => task.Exception, TaskScheduler.Default).Wait();
        _stop.Dispose();
    }

    private Task<BatchBuffers> Fill(BatchBuffers batch)
    {
        (int epoch, int step) = _place;
        return Task.Run(() =>
        {
            _loader.Fill(batch, epoch, step, _stop.Token);
            return batch;
        });
    }
}
