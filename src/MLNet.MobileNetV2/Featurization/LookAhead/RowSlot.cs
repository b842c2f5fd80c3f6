using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>
/// One row of the window: read by the cursor's thread, featurized by a worker, handed out by the cursor's thread. The event passes it
/// from one to the other, so no two touch it at once.
/// </summary>
internal sealed class RowSlot(int index, int featureCount) : IDisposable
{
    private readonly ManualResetEventSlim _isDone = new(initialState: true);
    private ExceptionDispatchInfo? _error;

    /// <summary>Its place in the columns' slots.</summary>
    public int Index => index;

    /// <summary>The image's key in the cache; null if it has none.</summary>
    public byte[]? Key { get; set; }

    public float[] Features { get; } = new float[featureCount];

    /// <summary>What the row's values take, about.</summary>
    public long Bytes { get; set; }

    public DataViewRowId Id { get; set; }

    public long Batch { get; set; }

    /// <summary>Opens the slot for a worker.</summary>
    public void Begin()
    {
        _error = null;
        Key = null;
        _isDone.Reset();
    }

    /// <summary>The worker is done, with an error or without.</summary>
    public void Complete(Exception? error = null)
    {
        _error = error is null ? null : ExceptionDispatchInfo.Capture(error);
        _isDone.Set();
    }

    /// <summary>Waits for the worker.</summary>
    public void Wait() => _isDone.Wait();

    /// <summary>Waits for the worker and throws what it met.</summary>
    public void WaitAndThrow(CancellationToken cancellationToken)
    {
        _isDone.Wait(cancellationToken);
        _error?.Throw();
    }

    public void Dispose() => _isDone.Dispose();
}
