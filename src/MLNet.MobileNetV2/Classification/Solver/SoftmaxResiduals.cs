using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Classification.Solver;

/// <summary>
/// The log-loss of scores, and its derivative with respect to them, the residuals: the probability, less one for the label.
/// </summary>
internal static class SoftmaxResiduals
{
    // Below this e^x is left out as 0: it adds nothing to a sum that is at least 1, and its products would be slow subnormal numbers.
    private const float SmallestExponent = -60;

    /// <summary>Distance between the rows of scores, so that every row is whole vectors.</summary>
    public static int Stride(int classes) => (classes + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    /// <summary>Turns scores into residuals in place.</summary>
    /// <param name="scores">Rows of <see cref="Stride"/> floats.</param>
    /// <param name="classes">Number of classes; the rest of each row is set to 0.</param>
    /// <param name="labels">Class of each row, from 0.</param>
    /// <param name="weights">Weight of each row's loss; empty if all weigh 1.</param>
    /// <param name="smoothing">Share of the target that all classes get alike, from 0 to below 1.</param>
    /// <returns>The sum of the rows' losses.</returns>
    public static double Replace(
        Span<float> scores, int classes, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights = default, float smoothing = 0)
    {
        int stride = Stride(classes + (classes % 2));
        double loss = 0;
        for (int r = 0; r < labels.Length; r++)
        {
            Span<float> row = scores.Slice(r * stride, stride);
            double rowLoss = smoothing > 0
                ? ReplaceSmoothed(row, classes, labels[r], smoothing)
                : ReplaceRow(row, classes, labels[r]);
            if (!weights.IsEmpty)
            {
                rowLoss *= weights[r];
                TensorPrimitives.Multiply(row, weights[r], row);
            }

            loss += rowLoss;
        }

        return loss;
    }

    // Of a logarithm of the softmax, the sum over the targets is that of the label and what the mean score is below the label's.
    private static double ReplaceSmoothed(Span<float> row, int classes, int label, float smoothing)
    {
        Span<float> scores = row[..classes];
        double lead = scores[label] - (FixedOrderSums.Sum(scores) / classes);
        double loss = ReplaceRow(row, classes, label) + (smoothing * lead);
        TensorPrimitives.Subtract(scores, smoothing / classes, scores);
        row[label] += smoothing;
        return loss;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double ReplaceRow(Span<float> row, int classes, int label)
    {
        row[classes..].Fill(float.NegativeInfinity);
        ref float scores = ref MemoryMarshal.GetReference(row);
        nuint length = (nuint)row.Length, size = (nuint)Vector<float>.Count;
        Vector<float> largest = Vector.LoadUnsafe(ref scores);
        for (nuint i = size; i < length; i += size)
        {
            largest = Vector.Max(largest, Vector.LoadUnsafe(ref scores, i));
        }

        float maximum = largest[0];
        for (int lane = 1; lane < Vector<float>.Count; lane++)
        {
            maximum = Math.Max(maximum, largest[lane]);
        }

        float margin = row[label] - maximum;
        for (nuint i = 0; i < length; i += size)
        {
            Exp(Vector.LoadUnsafe(ref scores, i) - new Vector<float>(maximum)).StoreUnsafe(ref scores, i);
        }

        // The other classes are summed apart from the label: for a sure row 1 - p would be nothing but rounding error.
        float own = row[label];
        row[label] = 0;
        Vector<float> sums = default;
        for (nuint i = 0; i < length; i += size)
        {
            sums += Vector.LoadUnsafe(ref scores, i);
        }

        float others = Vector.Sum(sums);
        float total = others + own;
        var factor = new Vector<float>(1 / total);
        for (nuint i = 0; i < length; i += size)
        {
            (Vector.LoadUnsafe(ref scores, i) * factor).StoreUnsafe(ref scores, i);
        }

        row[label] = -others / total;
        return Math.Log((double)others + own) - margin;
    }

    // e^x = 2^n e^r with |r| at most ln(2) / 2, where the series up to r^7 is exact to float. For x up to 0; e^0 is exactly 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Exp(Vector<float> x)
    {
        // ln(2) in two parts, so that n times the first is exact.
        const float Log2High = 355f / 512;
        const float Log2Low = (float)(0.69314718055994531 - (355.0 / 512));
        Vector<float> kept = Vector.Max(x, new Vector<float>(SmallestExponent));
        Vector<float> n = Vector.Round(kept * new Vector<float>(1.44269504f));
        Vector<float> r = kept - (n * new Vector<float>(Log2High)) - (n * new Vector<float>(Log2Low));
        var sum = new Vector<float>(1f / 5040);
        sum = Vector.MultiplyAddEstimate(sum, r, new Vector<float>(1f / 720));
        sum = Vector.MultiplyAddEstimate(sum, r, new Vector<float>(1f / 120));
        sum = Vector.MultiplyAddEstimate(sum, r, new Vector<float>(1f / 24));
        sum = Vector.MultiplyAddEstimate(sum, r, new Vector<float>(1f / 6));
        sum = Vector.MultiplyAddEstimate(sum, r, new Vector<float>(0.5f));
        sum = Vector.MultiplyAddEstimate(sum, r, Vector<float>.One);
        sum = Vector.MultiplyAddEstimate(sum, r, Vector<float>.One);
        Vector<float> power = Vector.AsVectorSingle(Vector.ShiftLeft(Vector.ConvertToInt32(n) + new Vector<int>(127), 23));
        return Vector.ConditionalSelect(Vector.GreaterThan(x, new Vector<float>(SmallestExponent)), sum * power, Vector<float>.Zero);
    }
}
