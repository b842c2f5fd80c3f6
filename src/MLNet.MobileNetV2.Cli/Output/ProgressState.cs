namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Takes reports of how far work is, and tells how long it takes yet. Thread-safe.</summary>
/// <param name="title">What is done.</param>
/// <param name="total">What the reports count up to.</param>
/// <param name="isEven">Whether all steps take about the same time, so that the time left follows from them; else only the work tells it.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgressState(string title, long total, bool isEven, TimeProvider time)
{
    // A pace from less is chance.
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly long _total = Math.Max(total, 1);
    private (long Done, long Time)? _first;
    private long _done;
    private long _time;
    private string _detail = string.Empty;
    private TimeSpan? _left;

    /// <summary>Takes a report.</summary>
    public void Report(long done, string? detail, TimeSpan? left)
    {
        lock (_lock)
        {
            // Reports of several threads may come late.
            _done = Math.Max(_done, done);
            _time = time.GetTimestamp();
            _first ??= (_done, _time);
            _detail = detail ?? _detail;
            _left = left;
        }
    }

    /// <summary>How far the work is now.</summary>
    public ProgressMoment Now()
    {
        lock (_lock)
        {
            TimeSpan? left = _done >= _total ? null : isEven ? AtPace() : _left;
            if (left is { } known)
            {
                TimeSpan since = time.GetElapsedTime(_time);
                left = known > since ? known - since : TimeSpan.Zero;
            }

            return new(title, Math.Clamp((double)_done / _total, 0, 1), _detail, left);
        }
    }

    // From the first report on: what comes before it, such as loading a network, is none of the steps.
    private TimeSpan? AtPace()
    {
        if (_first is not { } first || _done == first.Done)
        {
            return null;
        }

        TimeSpan elapsed = time.GetElapsedTime(first.Time, _time);
        return elapsed >= s_shortest ? elapsed / (_done - first.Done) * (_total - _done) : null;
    }
}
