namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>Views of a step with what a teacher makes of them. Not thread-safe, but each view's memory is its own.</summary>
/// <param name="size">Most views.</param>
/// <param name="pixelCount">Values of one view's pixels.</param>
/// <param name="lengths">Values of each of the teacher's outputs.</param>
internal sealed class DistillationBatch(int size, int pixelCount, IReadOnlyDictionary<string, int> lengths)
{
    private readonly Dictionary<string, float[]> _outputs =
        lengths.ToDictionary(output => output.Key, output => new float[checked(size * output.Value)], StringComparer.Ordinal);

    /// <summary>Number of views.</summary>
    public int Count { get; set; }

    public float[] Pixels { get; } = new float[checked(size * pixelCount)];

    /// <summary>The teacher's outputs.</summary>
    public IEnumerable<string> Outputs => _outputs.Keys;

    /// <summary>Values of one view's output.</summary>
    public int LengthOf(string output) => lengths[output];

    /// <summary>An output of the first views, one view after another.</summary>
    public ReadOnlyMemory<float> Output(string output, int count) => _outputs[output].AsMemory(0, count * lengths[output]);

    /// <summary>An output of one view.</summary>
    public Memory<float> OutputOf(string output, int view) => _outputs[output].AsMemory(view * lengths[output], lengths[output]);

    /// <summary>The pixels of the first views, one view after another.</summary>
    public ReadOnlyMemory<float> FirstPixels(int count) => Pixels.AsMemory(0, count * pixelCount);

    /// <summary>The pixels of one view.</summary>
    public Memory<float> PixelsOf(int view) => Pixels.AsMemory(view * pixelCount, pixelCount);

    /// <summary>Keeps the views that were filled in, in their order, and counts them.</summary>
    public void Keep(ReadOnlySpan<bool> isKept)
    {
        Count = 0;
        for (int view = 0; view < isKept.Length; view++)
        {
            if (!isKept[view])
            {
                continue;
            }

            if (view != Count)
            {
                PixelsOf(view).CopyTo(PixelsOf(Count));
                foreach (string output in _outputs.Keys)
                {
                    OutputOf(output, view).CopyTo(OutputOf(output, Count));
                }
            }

            Count++;
        }
    }
}
