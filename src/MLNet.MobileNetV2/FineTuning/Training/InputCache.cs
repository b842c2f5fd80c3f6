using System.Collections.Concurrent;
using MLNet.MobileNetV2.FineTuning.Views;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Inputs of the trained part that come again, in memory as far as a budget goes. Thread-safe.</summary>
internal sealed class InputCache(MemoryBudget budget)
{
    private readonly ConcurrentDictionary<(int Image, int View), float[]> _inputs = new();

    public bool TryRead(int image, int view, Span<float> input)
    {
        if (!_inputs.TryGetValue((image, view), out float[]? kept))
        {
            return false;
        }

        kept.CopyTo(input);
        return true;
    }

    /// <summary>Keeps a copy, if there is room.</summary>
    public void Add(int image, int view, ReadOnlySpan<float> input)
    {
        long bytes = (long)input.Length * sizeof(float);
        if (budget.TryTake(bytes) && !_inputs.TryAdd((image, view), input.ToArray()))
        {
            budget.GiveBack(bytes);
        }
    }

    /// <summary>Forgets all and gives its memory back. Nobody may be adding.</summary>
    public void Clear()
    {
        budget.GiveBack(_inputs.Values.Sum(input => (long)input.Length * sizeof(float)));
        _inputs.Clear();
    }
}
