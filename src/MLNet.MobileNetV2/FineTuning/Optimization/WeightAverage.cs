using System.Numerics.Tensors;

namespace MLNet.MobileNetV2.FineTuning.Optimization;

/// <summary>
/// The exponential moving average of weights. Its decay grows with the steps up to the one asked for, min(decay, (1 + t) / (10 + t)), as
/// TensorFlow's with a number of updates, so that short trainings do not keep their start. Not thread-safe.
/// </summary>
internal sealed class WeightAverage(float[] values, double decay)
{
    /// <summary>The decay that it grows to.</summary>
    public double Decay { get; } = decay;

    /// <summary>The averaged weights, changed by <see cref="Add"/>.</summary>
    public float[] Values { get; } = values;

    /// <summary>Takes the weights after a step into the average.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="step">Number of the step, from 0.</param>
    public void Add(ReadOnlySpan<float> weights, long step)
    {
        double kept = Math.Min(Decay, (1.0 + step) / (10.0 + step));
        TensorPrimitives.Lerp(weights, Values, (float)kept, Values);
    }
}
