using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.Classification.Solver;

/// <summary>Scores of a block of rows: every row times every class's weights.</summary>
/// <remarks>
/// Four rows by four (or two) classes are summed in registers, so each loaded value is used four times. Lanes run along the features,
/// so no work is wasted on few classes.
/// </remarks>
internal static class ScoreKernel
{
    private const int RowStep = 4;

    /// <summary>Writes scores[row, class] = rows[row] . weights[class].</summary>
    /// <param name="rows">A block of <see cref="FeatureBlocks"/>.</param>
    /// <param name="rowCount">Rows that count; up to three more are computed.</param>
    /// <param name="width">Length of a row and of a class's weights, a multiple of the vector size.</param>
    /// <param name="weights">One row of weights a class.</param>
    /// <param name="classes">Number of classes, even.</param>
    /// <param name="scores">Row by row, for all rows of the block.</param>
    /// <param name="stride">Distance between the rows of scores.</param>
    public static void Multiply(
        ReadOnlySpan<float> rows, int rowCount, int width, ReadOnlySpan<float> weights, int classes, Span<float> scores, int stride)
    {
        int c = 0;
        for (; c + 4 <= classes; c += 4)
        {
            ReadOnlySpan<float> classWeights = weights.Slice(c * width, 4 * width);
            for (int r = 0; r < rowCount; r += RowStep)
            {
                FourClasses(rows.Slice(r * width, RowStep * width), classWeights, width, scores[((r * stride) + c)..], stride);
            }
        }

        if (c < classes)
        {
            ReadOnlySpan<float> classWeights = weights.Slice(c * width, 2 * width);
            for (int r = 0; r < rowCount; r += RowStep)
            {
                TwoClasses(rows.Slice(r * width, RowStep * width), classWeights, width, scores[((r * stride) + c)..], stride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourClasses(ReadOnlySpan<float> rows, ReadOnlySpan<float> weights, int width, Span<float> scores, int stride)
    {
        ref float x = ref MemoryMarshal.GetReference(rows);
        ref float w = ref MemoryMarshal.GetReference(weights);
        nuint one = (nuint)width, two = 2 * one, three = 3 * one;
        Vector<float> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector<float> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector<float> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector<float> s30 = default, s31 = default, s32 = default, s33 = default;
        for (nuint j = 0; j < one; j += (nuint)Vector<float>.Count)
        {
            Vector<float> w0 = Vector.LoadUnsafe(ref w, j), w1 = Vector.LoadUnsafe(ref w, j + one);
            Vector<float> w2 = Vector.LoadUnsafe(ref w, j + two), w3 = Vector.LoadUnsafe(ref w, j + three);
            Vector<float> v = Vector.LoadUnsafe(ref x, j);
            s00 = Vector.MultiplyAddEstimate(v, w0, s00);
            s01 = Vector.MultiplyAddEstimate(v, w1, s01);
            s02 = Vector.MultiplyAddEstimate(v, w2, s02);
            s03 = Vector.MultiplyAddEstimate(v, w3, s03);
            v = Vector.LoadUnsafe(ref x, j + one);
            s10 = Vector.MultiplyAddEstimate(v, w0, s10);
            s11 = Vector.MultiplyAddEstimate(v, w1, s11);
            s12 = Vector.MultiplyAddEstimate(v, w2, s12);
            s13 = Vector.MultiplyAddEstimate(v, w3, s13);
            v = Vector.LoadUnsafe(ref x, j + two);
            s20 = Vector.MultiplyAddEstimate(v, w0, s20);
            s21 = Vector.MultiplyAddEstimate(v, w1, s21);
            s22 = Vector.MultiplyAddEstimate(v, w2, s22);
            s23 = Vector.MultiplyAddEstimate(v, w3, s23);
            v = Vector.LoadUnsafe(ref x, j + three);
            s30 = Vector.MultiplyAddEstimate(v, w0, s30);
            s31 = Vector.MultiplyAddEstimate(v, w1, s31);
            s32 = Vector.MultiplyAddEstimate(v, w2, s32);
            s33 = Vector.MultiplyAddEstimate(v, w3, s33);
        }

        Store(scores, s00, s01, s02, s03);
        Store(scores[stride..], s10, s11, s12, s13);
        Store(scores[(2 * stride)..], s20, s21, s22, s23);
        Store(scores[(3 * stride)..], s30, s31, s32, s33);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoClasses(ReadOnlySpan<float> rows, ReadOnlySpan<float> weights, int width, Span<float> scores, int stride)
    {
        ref float x = ref MemoryMarshal.GetReference(rows);
        ref float w = ref MemoryMarshal.GetReference(weights);
        nuint one = (nuint)width, two = 2 * one, three = 3 * one;
        Vector<float> s00 = default, s01 = default, s10 = default, s11 = default;
        Vector<float> s20 = default, s21 = default, s30 = default, s31 = default;
        for (nuint j = 0; j < one; j += (nuint)Vector<float>.Count)
        {
            Vector<float> w0 = Vector.LoadUnsafe(ref w, j), w1 = Vector.LoadUnsafe(ref w, j + one);
            Vector<float> v = Vector.LoadUnsafe(ref x, j);
            s00 = Vector.MultiplyAddEstimate(v, w0, s00);
            s01 = Vector.MultiplyAddEstimate(v, w1, s01);
            v = Vector.LoadUnsafe(ref x, j + one);
            s10 = Vector.MultiplyAddEstimate(v, w0, s10);
            s11 = Vector.MultiplyAddEstimate(v, w1, s11);
            v = Vector.LoadUnsafe(ref x, j + two);
            s20 = Vector.MultiplyAddEstimate(v, w0, s20);
            s21 = Vector.MultiplyAddEstimate(v, w1, s21);
            v = Vector.LoadUnsafe(ref x, j + three);
            s30 = Vector.MultiplyAddEstimate(v, w0, s30);
            s31 = Vector.MultiplyAddEstimate(v, w1, s31);
        }

        Store(scores, s00, s01);
        Store(scores[stride..], s10, s11);
        Store(scores[(2 * stride)..], s20, s21);
        Store(scores[(3 * stride)..], s30, s31);
    }

    private static void Store(Span<float> scores, Vector<float> s0, Vector<float> s1)
    {
        scores[0] = Vector.Sum(s0);
        scores[1] = Vector.Sum(s1);
    }

    private static void Store(Span<float> scores, Vector<float> s0, Vector<float> s1, Vector<float> s2, Vector<float> s3)
    {
        Store(scores, s0, s1);
        Store(scores[2..], s2, s3);
    }
}
