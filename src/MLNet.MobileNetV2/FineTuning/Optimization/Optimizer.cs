using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.FineTuning.Optimization;

/// <summary>Changes weights by their gradient, a range at a time, and keeps what it needs from step to step. Not thread-safe.</summary>
internal abstract class Optimizer
{
    /// <summary>What is kept from step to step, by name, for checkpoints: arrays that <see cref="Step"/> changes in place.</summary>
    public abstract IReadOnlyDictionary<string, float[]> State { get; }

    /// <summary>Creates the optimizer that options ask for.</summary>
    public static Optimizer Create(FineTuneOptions options, IReadOnlyList<TrainedTensor> tensors)
    {
        int length = tensors.Sum(tensor => tensor.Length);
        if (options.Optimizer == OptimizerKind.Sgd)
        {
            return new SgdOptimizer(length, options.Momentum);
        }

        var adam = new AdamWOptimizer(length, tensors.Count, options.Beta1, options.Beta2, options.Epsilon);
        return options.Optimizer == OptimizerKind.Muon ? new MuonOptimizer(tensors, adam) : adam;
    }

    /// <summary>Changes one range of weights.</summary>
    /// <param name="range">Number of the range.</param>
    /// <param name="offset">Where the range begins.</param>
    /// <param name="weights">The weights of the range.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="rate">Learning rate, above 0.</param>
    /// <param name="weightDecay">Factor of the weights in their own decay.</param>
    public abstract void Step(int range, int offset, Span<float> weights, ReadOnlySpan<float> gradient, float rate, float weightDecay);
}
