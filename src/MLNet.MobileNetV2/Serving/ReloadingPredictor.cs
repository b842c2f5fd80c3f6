using System.Runtime.CompilerServices;

namespace MLNet.MobileNetV2.Serving;

/// <summary>
/// A predictor whose model file may change: looks at the file from time to time, and serves later calls with the new model once that is
/// loaded. Calls at work end on the model that they began with; a file that cannot be loaded changes nothing. Thread-safe.
/// </summary>
internal sealed class ReloadingPredictor : IMobileNetV2Predictor, IDisposable
{
    private readonly string _path;
    private readonly MobileNetV2PredictorOptions _options;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private Lease _current;
    private (DateTime Written, long Length) _stamp;
    private int _isLooking;
    private bool _isDisposed;

    /// <summary>Loads the model.</summary>
    /// <inheritdoc cref="MobileNetV2Predictor.Load" path="/exception"/>
    public ReloadingPredictor(string path, MobileNetV2PredictorOptions options, TimeProvider time)
    {
        _path = path;
        _options = options;
        _stamp = Stamp(path);
        _current = new(MobileNetV2Predictor.Load(path, options));
        _timer = time.CreateTimer(_ => Look(), null, options.ReloadInterval!.Value, options.ReloadInterval.Value);
    }

    public IReadOnlyList<string> Labels => _current.Predictor.Labels;

    public Task<IReadOnlyList<ClassScore>> PredictAsync(string path, int? top = null, CancellationToken cancellationToken = default) =>
        UseAsync(predictor => predictor.PredictAsync(path, top, cancellationToken));

    public Task<IReadOnlyList<ClassScore>> PredictAsync(
        ReadOnlyMemory<byte> encoded, int? top = null, CancellationToken cancellationToken = default) =>
        UseAsync(predictor => predictor.PredictAsync(encoded, top, cancellationToken));

    public Task<IReadOnlyList<ClassScore>> PredictAsync(Stream stream, int? top = null, CancellationToken cancellationToken = default) =>
        UseAsync(predictor => predictor.PredictAsync(stream, top, cancellationToken));

    public IAsyncEnumerable<ImagePrediction> PredictManyAsync(
        IEnumerable<string> paths, int? top = null, CancellationToken cancellationToken = default) =>
        UseManyAsync(predictor => predictor.PredictManyAsync(paths, top, cancellationToken), cancellationToken);

    public IAsyncEnumerable<ImagePrediction> PredictManyAsync(
        IEnumerable<ReadOnlyMemory<byte>> encoded, int? top = null, CancellationToken cancellationToken = default) =>
        UseManyAsync(predictor => predictor.PredictManyAsync(encoded, top, cancellationToken), cancellationToken);

    /// <summary>Waits for the calls at work. Later calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            _isDisposed = true;
        }

        _current.Predictor.Dispose();
    }

    /// <summary>Loads the file anew where it has changed since it was loaded last.</summary>
    internal void Look()
    {
        // A model may take longer to load than the next look is away.
        if (Interlocked.Exchange(ref _isLooking, 1) != 0)
        {
            return;
        }

        try
        {
            (DateTime Written, long Length) stamp = Stamp(_path);
            if (stamp == _stamp || stamp.Length < 0)
            {
                return;
            }

            _stamp = stamp;
            Replace(MobileNetV2Predictor.Load(_path, _options));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _options.ReloadFailed?.Invoke(error);
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }

    private static (DateTime Written, long Length) Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : (default, -1);
    }

    private void Replace(MobileNetV2Predictor predictor)
    {
        Lease before;
        lock (_lock)
        {
            before = _isDisposed ? new(predictor) : _current;
            if (!_isDisposed)
            {
                _current = new(predictor);
            }
        }

        Return(before);
    }

    private async Task<IReadOnlyList<ClassScore>> UseAsync(Func<MobileNetV2Predictor, Task<IReadOnlyList<ClassScore>>> predict)
    {
        Lease lease = Borrow();
        try
        {
            return await predict(lease.Predictor).ConfigureAwait(false);
        }
        finally
        {
            Return(lease);
        }
    }

    private async IAsyncEnumerable<ImagePrediction> UseManyAsync(
        Func<MobileNetV2Predictor, IAsyncEnumerable<ImagePrediction>> predict, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Lease lease = Borrow();
        try
        {
            await foreach (ImagePrediction prediction in predict(lease.Predictor).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                yield return prediction;
            }
        }
        finally
        {
            Return(lease);
        }
    }

    private Lease Borrow()
    {
        lock (_lock)
        {
            _current.Holders++;
            return _current;
        }
    }

    private void Return(Lease lease)
    {
        lock (_lock)
        {
            lease.Holders--;
            if (lease.Holders > 0)
            {
                return;
            }
        }

        lease.Predictor.Dispose();
    }

    /// <summary>A predictor, and how many hold it: this object while it is the current one, and each call at work.</summary>
    private sealed class Lease(MobileNetV2Predictor predictor)
    {
        public MobileNetV2Predictor Predictor { get; } = predictor;

        public int Holders { get; set; } = 1;
    }
}
