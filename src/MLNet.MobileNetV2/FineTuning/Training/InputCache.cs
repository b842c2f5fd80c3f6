using System.Collections.Concurrent;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Inputs of the trained part that come again, in memory up to a number of bytes. Thread-safe.</summary>
internal sealed class InputCache(long byteBudget)
{
    private readonly ConcurrentDictionary<(int Photo, int View), float[]> _inputs = new();
    private long _used;

    public bool TryRead(int photo, int view, Span<float> input)
    {
        if (!_inputs.TryGetValue((photo, view), out float[]? kept))
        {
            return false;
        }

        kept.CopyTo(input);
        return true;
    }

    /// <summary>Keeps a copy, if there is room.</summary>
    public void Add(int photo, int view, ReadOnlySpan<float> input)
    {
        long bytes = (long)input.Length * sizeof(float);
        if (Interlocked.Add(ref _used, bytes) > byteBudget || !_inputs.TryAdd((photo, view), input.ToArray()))
        {
            Interlocked.Add(ref _used, -bytes);
        }
    }
}
