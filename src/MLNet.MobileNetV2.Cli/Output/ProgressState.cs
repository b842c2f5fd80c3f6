using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Tells how far work is.</summary>
/// <param name="done">From 0 to the total.</param>
/// <param name="detail">What to show beside it, the most important first, with commas between; null leaves what is there.</param>
/// <param name="left">How much longer the work takes, if it knows.</param>
internal delegate void ReportProgress(long done, string? detail = null, TimeSpan? left = null);

/// <summary>How far work is at one moment.</summary>
/// <param name="Title">What is done.</param>
/// <param name="Fraction">From 0 to 1.</param>
/// <param name="Detail">What to show beside it, the most important first, with commas between; may be empty.</param>
/// <param name="Left">How much longer it takes; null if that is not known.</param>
internal readonly record struct ProgressMoment(string Title, double Fraction, string Detail, TimeSpan? Left);

/// <summary>Takes reports of how far work is, and tells how much longer it takes. Thread-safe.</summary>
/// <param name="title">What is done.</param>
/// <param name="total">What the reports count up to.</param>
/// <param name="isEven">
/// Whether all steps take about the same time, so that the time left follows from them; else only the work knows it.
/// </param>
/// <param name="time">The clock.</param>
internal sealed class ProgressState(string title, long total, bool isEven, TimeProvider time)
{
    // A pace from less is guesswork.
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly long _total = Math.Max(total, 1);
    private WorkPace? _pace;
    private long _begin;
    private long _time;
    private long _done;
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
            _detail = detail ?? _detail;
            _left = isEven ? _pace?.Remaining(_done) : left;
            if (_pace is null)
            {
                // From the first report on: what comes before it, such as loading a network, is not one of the steps.
                _pace = new WorkPace(_done, _total, time);
                _begin = _time;
            }
        }
    }

    /// <summary>How far the work is now.</summary>
    public ProgressMoment Now()
    {
        lock (_lock)
        {
            bool isKnown = _done < _total && (!isEven || time.GetElapsedTime(_begin, _time) >= s_shortest);
            TimeSpan? left = isKnown ? _left : null;
            if (left is { } known)
            {
                TimeSpan since = time.GetElapsedTime(_time);
                left = known > since ? known - since : TimeSpan.Zero;
            }

            return new(title, Math.Clamp((double)_done / _total, 0, 1), _detail, left);
        }
    }
}
