namespace MLNet.MobileNetV2.Machine;

/// <summary>Estimates the time that work still takes. Not thread-safe.</summary>
internal sealed class WorkPace(long begun, long steps, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly long _start = (time ?? TimeProvider.System).GetTimestamp();

    // The steps up to the first report warm up caches, and take several times as long as later ones.
    private (long Done, long Time)? _warm;

    /// <summary>The time left at the mean pace so far; null if it is not known, or longer than a <see cref="TimeSpan"/>.</summary>
    /// <param name="done">Steps that are done, at least one more than at the start.</param>
    public TimeSpan? Remaining(long done)
    {
        if (_warm is not { } warm || done <= warm.Done)
        {
            _warm = (done, _time.GetTimestamp());
            return Left(_time.GetElapsedTime(_start), done - begun, done);
        }

        return Left(_time.GetElapsedTime(warm.Time), done - warm.Done, done);
    }

    private TimeSpan? Left(TimeSpan taken, long stepsTaken, long done)
    {
        double ticks = (double)taken.Ticks / stepsTaken * (steps - done);
        return ticks < TimeSpan.MaxValue.Ticks ? new TimeSpan((long)ticks) : null;
    }
}
