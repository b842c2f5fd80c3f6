using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>The memory of one batch, which is used again and again. Not thread-safe.</summary>
/// <param name="size">Most images.</param>
/// <param name="inputLength">Number of values of one input.</param>
/// <param name="outputCount">Number of targets of one image.</param>
/// <param name="dropoutLength">Number of features where some are dropped, else 0.</param>
/// <param name="pixelCount">Number of values of one view's pixels where views are blended as pixels, else 0.</param>
internal sealed class BatchBuffers(int size, int inputLength, int outputCount, int dropoutLength, int pixelCount)
{
    public int Count { get; set; }

    public int OutputCount => outputCount;

    public float[] Inputs { get; } = new float[checked(size * inputLength)];

    public float[] Targets { get; } = new float[size * outputCount];

    public float[] Weights { get; } = new float[size];

    public float[] Dropout { get; } = new float[size * dropoutLength];

    public float[] Pixels { get; } = new float[checked(size * pixelCount)];

    public Memory<float> Input(int place) => Inputs.AsMemory(place * inputLength, inputLength);

    public Span<float> Target(int place) => Targets.AsSpan(place * outputCount, outputCount);

    public Span<float> Mask(int place) => Dropout.AsSpan(place * dropoutLength, dropoutLength);

    /// <summary>Keeps some of the images that were filled in, in their order, and counts them.</summary>
    public void Keep(ReadOnlySpan<bool> isKept)
    {
        int count = 0;
        for (int place = 0; place < isKept.Length; place++)
        {
            if (isKept[place])
            {
                Move(Inputs, place, count, inputLength);
                Move(Targets, place, count, outputCount);
                Move(Weights, place, count, 1);
                Move(Dropout, place, count, dropoutLength);
                Move(Pixels, place, count, pixelCount);
                count++;
            }
        }

        Count = count;
    }

    private static void Move(float[] values, int from, int to, int length)
    {
        if (from != to)
        {
            values.AsSpan(from * length, length).CopyTo(values.AsSpan(to * length, length));
        }
    }

    /// <summary>The batch as gradients take it.</summary>
    public GradientBatch ForGradients(double normalizer) => new()
    {
        Count = Count,
        Inputs = Inputs.AsMemory(0, Count * inputLength),
        Targets = Targets.AsMemory(0, Count * outputCount),
        Weights = Weights.AsMemory(0, Count),
        Dropout = Dropout.AsMemory(0, Count * dropoutLength),
        Normalizer = normalizer,
    };
}
