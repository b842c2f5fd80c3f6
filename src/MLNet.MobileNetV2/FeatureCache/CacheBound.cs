namespace MLNet.MobileNetV2.FeatureCache;

/// <summary>
/// Keeps a cache's folder within its bound. It counts what is written and looks at the files only now and then: when the count says that the
/// bound is passed, or when as much was written as trimming leaves room for, since other processes write too. Not thread-safe.
/// </summary>
internal sealed class CacheBound(string folder, long maxBytes)
{
    private long _total;
    private long _sinceLook;

    /// <summary>How many times the files were looked at.</summary>
    public int Looks { get; private set; }

    /// <summary>The room that trimming makes, so that the next few parts need none.</summary>
    public static long Slack(long maxBytes) => maxBytes / 16;

    /// <summary>Looks at the files, and deletes those that are too many.</summary>
    public void Look()
    {
        Looks++;
        _sinceLook = 0;
        _total = CacheFolder.Trim(folder, maxBytes);
    }

    /// <summary>Tells that a file was written.</summary>
    public void Add(long bytes)
    {
        _total += bytes;
        _sinceLook += bytes;
        if (_total > maxBytes || _sinceLook >= Slack(maxBytes))
        {
            Look();
        }
    }
}
