namespace MLNet.MobileNetV2.FineTuning.Views;

/// <summary>A number of bytes that several may take from. Thread-safe.</summary>
internal sealed class MemoryBudget(long bytes)
{
    private long _used;

    /// <summary>Bytes that are taken.</summary>
    public long UsedBytes => Interlocked.Read(ref _used);

    /// <summary>Takes bytes, if there are as many.</summary>
    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref _used, count) <= bytes)
        {
            return true;
        }

        GiveBack(count);
        return false;
    }

    /// <summary>Gives taken bytes back.</summary>
    public void GiveBack(long count) => Interlocked.Add(ref _used, -count);
}
