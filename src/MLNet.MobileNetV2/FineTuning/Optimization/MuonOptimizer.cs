using System.Numerics.Tensors;
using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.FineTuning.Optimization;

/// <summary>
/// Muon (Jordan et al., 2024) for 1x1 kernels: the momentum, with Nesterov's look ahead, is made orthogonal, so that directions of small
/// gradients move as far as those of large ones; its length is that of AdamW's typical step (arXiv 2502.16982). Everything else, also the
/// first and the last layer, goes by AdamW.
/// </summary>
internal sealed class MuonOptimizer(IReadOnlyList<TrainedTensor> tensors, AdamWOptimizer adam) : Optimizer
{
    private const float Momentum = 0.95f;
    private const float TypicalStep = 0.2f;

    public override IReadOnlyDictionary<string, float[]> State => adam.State;

    public override void Step(
        int range, int offset, Span<float> weights, ReadOnlySpan<float> gradient, float rate, float weightDecay)
    {
        if (tensors[range].Shape is not [int rows, > 1, 1, 1])
        {
            adam.Step(range, offset, weights, gradient, rate, weightDecay);
            return;
        }

        int columns = weights.Length / rows;
        Span<float> momentum = adam.FirstMoment(offset, weights.Length);
        TensorPrimitives.MultiplyAdd(momentum, Momentum, gradient, momentum);
        float[] step = new float[weights.Length];
        TensorPrimitives.MultiplyAdd(momentum, Momentum, gradient, step);
        Orthogonalization.Apply(step, rows, columns);
        float factor = -rate * TypicalStep * MathF.Sqrt(Math.Max(rows, columns));
        TensorPrimitives.Multiply(weights, 1 - (rate * weightDecay), weights);
        TensorPrimitives.MultiplyAdd(step, factor, weights, weights);
    }
}
