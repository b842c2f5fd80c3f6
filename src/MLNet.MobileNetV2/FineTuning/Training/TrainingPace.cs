namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>How much longer a training takes. All that happens between two steps, such as validations, counts with them. Not thread-safe.</summary>
/// <param name="begun">Steps that were done when this process began.</param>
/// <param name="steps">Steps in all.</param>
/// <param name="time">The clock; null for the system's.</param>
internal sealed class TrainingPace(long begun, long steps, TimeProvider? time = null)
{
    // The first step makes what the others find ready, and takes several times as long as one of them.
    private const int WarmUpSteps = 1;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly long _start = (time ?? TimeProvider.System).GetTimestamp();
    private long _warm;

    /// <summary>The time left at the mean pace so far; null where it is longer than a <see cref="TimeSpan"/>, as that of very many epochs may be.</summary>
    /// <param name="done">Steps that are done, at least one more than at the start; told after each.</param>
    public TimeSpan? Remaining(long done)
    {
        long since = done - begun;
        if (since <= WarmUpSteps)
        {
            _warm = _time.GetTimestamp();
            return Left(_time.GetElapsedTime(_start, _warm), since, done);
        }

        return Left(_time.GetElapsedTime(_warm), since - WarmUpSteps, done);
    }

    private TimeSpan? Left(TimeSpan taken, long stepsTaken, long done)
    {
        double ticks = (double)taken.Ticks / stepsTaken * (steps - done);
        return ticks < TimeSpan.MaxValue.Ticks ? new TimeSpan((long)ticks) : null;
    }
}
