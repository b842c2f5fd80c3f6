using System.Numerics.Tensors;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Optimization;

/// <summary>Keeps a gradient from being longer than a limit (arXiv 1211.5063, section 3.2).</summary>
internal static class GradientClipping
{
    /// <summary>Scales a gradient down to a length.</summary>
    /// <param name="gradient">The gradient, changed in place.</param>
    /// <param name="longest">The greatest length; 0 for no limit.</param>
    /// <returns>The length before.</returns>
    public static double Clip(Span<float> gradient, double longest)
    {
        double length = Math.Sqrt(FixedOrderSums.SumOfSquares(gradient));
        if (longest > 0 && length > longest)
        {
            TensorPrimitives.Multiply(gradient, (float)(longest / length), gradient);
        }

        return length;
    }
}
