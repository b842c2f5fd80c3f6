using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.FineTuning.Optimization;

/// <summary>
/// Stochastic gradient descent with Nesterov's momentum: v = momentum v + g, w -= rate (g + momentum v), where g is the gradient plus
/// the weight decay times the weight, as in PyTorch.
/// </summary>
internal sealed class SgdOptimizer(int length, float momentum) : Optimizer
{
    private readonly float[] _velocity = new float[length];

    public override IReadOnlyDictionary<string, float[]> State => new Dictionary<string, float[]> { ["velocity"] = _velocity };

    public override void Step(
        int range, int offset, Span<float> weights, ReadOnlySpan<float> gradient, float rate, float weightDecay)
    {
        Span<float> velocity = _velocity.AsSpan(offset, weights.Length);
        Span<Vector<float>> w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        Span<Vector<float>> v = MemoryMarshal.Cast<float, Vector<float>>(velocity);
        ReadOnlySpan<Vector<float>> g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        for (int i = 0; i < w.Length; i++)
        {
            Vector<float> slope = g[i] + (w[i] * weightDecay);
            v[i] = (v[i] * momentum) + slope;
            w[i] -= (slope + (v[i] * momentum)) * rate;
        }

        for (int i = w.Length * Vector<float>.Count; i < weights.Length; i++)
        {
            float slope = gradient[i] + (weights[i] * weightDecay);
            velocity[i] = (velocity[i] * momentum) + slope;
            weights[i] -= (slope + (velocity[i] * momentum)) * rate;
        }
    }
}
