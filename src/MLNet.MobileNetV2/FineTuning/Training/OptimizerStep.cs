using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Optimization;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>One step of a training: gradient, clipping, optimizer. Not thread-safe; the engine stays the caller's.</summary>
internal sealed class OptimizerStep(IGradientEngine engine, FineTuneOptions options)
{
    private readonly float[] _gradient = new float[engine.Tensors.TotalLength];

    /// <summary>Computes the gradient of a batch and changes the parameters by it.</summary>
    /// <param name="state">The parameters, the optimizer and the counters, which are changed.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="rateOf">The learning rate of a tensor; 0 leaves it as it is.</param>
    /// <param name="cancellationToken">Stops the computing.</param>
    /// <returns>
    /// The mean loss of the batch before the step; if it is not finite, the state is unchanged. 0 for an empty batch, which counts as a
    /// step and changes nothing.
    /// </returns>
    public double Run(ResumableState state, BatchBuffers batch, Func<TrainedTensor, float> rateOf, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            state.Counters = state.Counters.After(0, 0, 0, 0);
            return 0;
        }

        double weight = 0;
        foreach (float sample in batch.Weights.AsSpan(0, batch.Count))
        {
            weight += sample;
        }

        int depth = engine.Tensors.Where(tensor => rateOf(tensor) > 0).Max(tensor => (int?)tensor.Depth) ?? 0;
        GradientResult result = engine.Run(state.Parameters, batch.ForGradients(weight), _gradient, depth, cancellationToken);
        Freeze(rateOf);
        double length = GradientClipping.Clip(_gradient, options.ClipGradient);
        if (!double.IsFinite(result.LossSum) || !double.IsFinite(length))
        {
            return double.NaN;
        }

        for (int i = 0; i < engine.Tensors.Count; i++)
        {
            TrainedTensor tensor = engine.Tensors[i];
            float rate = rateOf(tensor);
            if (rate > 0)
            {
                state.Optimizer.Step(
                    i,
                    tensor.Offset,
                    tensor.In(state.Parameters.AsSpan()),
                    tensor.In(_gradient.AsSpan()),
                    rate,
                    tensor.HasWeightDecay ? options.WeightDecay : 0);
            }
        }

        engine.Statistics.CopyTo(state.Statistics);
        state.Counters = state.Counters.After(batch.Count, result.LossSum, weight, result.Correct);
        return result.LossSum / weight;
    }

    // What does not train does not count in the gradient's length either.
    private void Freeze(Func<TrainedTensor, float> rateOf)
    {
        foreach (TrainedTensor tensor in engine.Tensors)
        {
            if (rateOf(tensor) == 0)
            {
                tensor.In(_gradient.AsSpan()).Clear();
            }
        }
    }
}
