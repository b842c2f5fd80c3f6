using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.FineTuning.Optimization;

/// <summary>
/// AdamW (arXiv 1711.05101, algorithm 2), as in PyTorch: w -= rate decay w, then w -= rate m' / (sqrt(v') + epsilon), with m' and v' the
/// bias-corrected moments. The correction counts each range's own steps, so that a range that begins later begins as the first did.
/// </summary>
internal sealed class AdamWOptimizer(int length, int rangeCount, float beta1, float beta2, float epsilon) : Optimizer
{
    private readonly float[] _first = new float[length];
    private readonly float[] _second = new float[length];
    private readonly float[] _steps = new float[rangeCount];

    public override IReadOnlyDictionary<string, float[]> State => new Dictionary<string, float[]>
    {
        ["first_moment"] = _first,
        ["second_moment"] = _second,
        ["steps"] = _steps,
    };

    /// <summary>A part of the first moment.</summary>
    public Span<float> FirstMoment(int offset, int length) => _first.AsSpan(offset, length);

    public override void Step(
        int range, int offset, Span<float> weights, ReadOnlySpan<float> gradient, float rate, float weightDecay)
    {
        int step = (int)++_steps[range];
        float firstCorrection = (float)(1 / (1 - Math.Pow(beta1, step)));
        float secondCorrection = (float)(1 / (1 - Math.Pow(beta2, step)));
        float kept = 1 - (rate * weightDecay);
        Span<float> first = _first.AsSpan(offset, weights.Length);
        Span<float> second = _second.AsSpan(offset, weights.Length);
        Span<Vector<float>> w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        Span<Vector<float>> m = MemoryMarshal.Cast<float, Vector<float>>(first);
        Span<Vector<float>> v = MemoryMarshal.Cast<float, Vector<float>>(second);
        ReadOnlySpan<Vector<float>> g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var small = new Vector<float>(epsilon);
        for (int i = 0; i < w.Length; i++)
        {
            m[i] = (m[i] * beta1) + (g[i] * (1 - beta1));
            v[i] = (v[i] * beta2) + (g[i] * g[i] * (1 - beta2));
            Vector<float> scale = Vector.SquareRoot(v[i] * secondCorrection) + small;
            w[i] = (w[i] * kept) - (m[i] * (firstCorrection * rate) / scale);
        }

        for (int i = w.Length * Vector<float>.Count; i < weights.Length; i++)
        {
            float slope = gradient[i];
            first[i] = (first[i] * beta1) + (slope * (1 - beta1));
            second[i] = (second[i] * beta2) + (slope * slope * (1 - beta2));
            float scale = MathF.Sqrt(second[i] * secondCorrection) + epsilon;
            weights[i] = (weights[i] * kept) - (first[i] * (firstCorrection * rate) / scale);
        }
    }
}
