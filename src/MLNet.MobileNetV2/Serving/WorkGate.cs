using System.Diagnostics.CodeAnalysis;

namespace MLNet.MobileNetV2.Serving;

/// <summary>Limits how many callers work at a time; once closed, it refuses all in the name of its owner. Thread-safe.</summary>
[SuppressMessage(
    "Design", "CA1001:Types that own disposable fields should be disposable",
    Justification = "Callers may still be on their way into the semaphore when it is closed, and it holds no handle.")]
internal sealed class WorkGate(int count, Type owner)
{
    private readonly SemaphoreSlim _places = new(count);
    private int _isClosed;

    /// <summary>Waits for a place, which <see cref="Exit"/> gives back.</summary>
    /// <exception cref="ObjectDisposedException">The gate is closed.</exception>
    public void Enter(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        _places.Wait(cancellationToken);
        LeaveIfClosed();
    }

    /// <summary>Waits for a place, which <see cref="Exit"/> gives back.</summary>
    /// <exception cref="ObjectDisposedException">The gate is closed.</exception>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        LeaveIfClosed();
    }

    public void Exit() => _places.Release();

    /// <summary>Does work at a place.</summary>
    /// <exception cref="ObjectDisposedException">The gate is closed.</exception>
    public T Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        Enter(cancellationToken);
        try
        {
            return work();
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Does work at a place on another thread; the waiting takes none.</summary>
    /// <exception cref="ObjectDisposedException">The gate is closed.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Closes the gate and waits until all have left.</summary>
    /// <returns>False if it was closed before; then it does not wait.</returns>
    public bool Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            _places.Wait();
        }

        // Waiting callers enter and are refused.
        _places.Release(count);
        return true;
    }

    public void ThrowIfClosed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed) != 0, owner);

    private void LeaveIfClosed()
    {
        if (Volatile.Read(ref _isClosed) != 0)
        {
            Exit();
            ThrowIfClosed();
        }
    }
}
