using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.Classification.Solver;

/// <summary>Gradient of a block of rows with respect to the weights: every class's residuals times the rows.</summary>
/// <remarks>Four (or two) classes by four vectors of features are summed in registers while the rows of the block pass by.</remarks>
internal static class GradientKernel
{
    /// <summary>Features that are summed at once; rows and weights are padded to a multiple of it.</summary>
    public static int ColumnStep => 4 * Vector<float>.Count;

    /// <summary>Adds to gradient[class] the sum over the rows of residuals[row, class] * rows[row].</summary>
    /// <param name="rows">A block of <see cref="FeatureBlocks"/>.</param>
    /// <param name="rowCount">Rows that count.</param>
    /// <param name="width">Length of a row and of a class's gradient, a multiple of <see cref="ColumnStep"/>.</param>
    /// <param name="residuals">Row by row.</param>
    /// <param name="stride">Distance between the rows of residuals.</param>
    /// <param name="classes">Number of classes, even.</param>
    /// <param name="gradient">One row a class.</param>
    public static void Accumulate(
        ReadOnlySpan<float> rows, int rowCount, int width, ReadOnlySpan<float> residuals, int stride, int classes, Span<float> gradient)
    {
        // The kernels read and write through references: the lengths are checked here, once.
        _ = rows[..(rowCount * width)];
        _ = residuals[..(rowCount * stride)];
        _ = gradient[..(classes * width)];
        ref float x = ref MemoryMarshal.GetReference(rows);
        ref float p = ref MemoryMarshal.GetReference(residuals);
        ref float g = ref MemoryMarshal.GetReference(gradient);
        for (int j = 0; j < width; j += ColumnStep)
        {
            int c = 0;
            for (; c + 4 <= classes; c += 4)
            {
                FourClasses(ref x, (nuint)j, ref p, (nuint)c, ref g, rowCount, (nuint)width, (nuint)stride);
            }

            if (c < classes)
            {
                TwoClasses(ref x, (nuint)j, ref p, (nuint)c, ref g, rowCount, (nuint)width, (nuint)stride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourClasses(ref float x, nuint column, ref float p, nuint c, ref float g, int rowCount, nuint width, nuint stride)
    {
        nuint v = (nuint)Vector<float>.Count;
        nuint g0 = (c * width) + column, g1 = g0 + width, g2 = g1 + width, g3 = g2 + width;
        Vector<float> s00 = Load(ref g, g0), s01 = Load(ref g, g0 + v), s02 = Load(ref g, g0 + (2 * v)), s03 = Load(ref g, g0 + (3 * v));
        Vector<float> s10 = Load(ref g, g1), s11 = Load(ref g, g1 + v), s12 = Load(ref g, g1 + (2 * v)), s13 = Load(ref g, g1 + (3 * v));
        Vector<float> s20 = Load(ref g, g2), s21 = Load(ref g, g2 + v), s22 = Load(ref g, g2 + (2 * v)), s23 = Load(ref g, g2 + (3 * v));
        Vector<float> s30 = Load(ref g, g3), s31 = Load(ref g, g3 + v), s32 = Load(ref g, g3 + (2 * v)), s33 = Load(ref g, g3 + (3 * v));
        nuint row = column, residual = c;
        for (int r = 0; r < rowCount; r++, row += width, residual += stride)
        {
            Vector<float> x0 = Load(ref x, row), x1 = Load(ref x, row + v);
            Vector<float> x2 = Load(ref x, row + (2 * v)), x3 = Load(ref x, row + (3 * v));
            Vector<float> q = Broadcast(ref p, residual);
            s00 = Vector.MultiplyAddEstimate(x0, q, s00);
            s01 = Vector.MultiplyAddEstimate(x1, q, s01);
            s02 = Vector.MultiplyAddEstimate(x2, q, s02);
            s03 = Vector.MultiplyAddEstimate(x3, q, s03);
            q = Broadcast(ref p, residual + 1);
            s10 = Vector.MultiplyAddEstimate(x0, q, s10);
            s11 = Vector.MultiplyAddEstimate(x1, q, s11);
            s12 = Vector.MultiplyAddEstimate(x2, q, s12);
            s13 = Vector.MultiplyAddEstimate(x3, q, s13);
            q = Broadcast(ref p, residual + 2);
            s20 = Vector.MultiplyAddEstimate(x0, q, s20);
            s21 = Vector.MultiplyAddEstimate(x1, q, s21);
            s22 = Vector.MultiplyAddEstimate(x2, q, s22);
            s23 = Vector.MultiplyAddEstimate(x3, q, s23);
            q = Broadcast(ref p, residual + 3);
            s30 = Vector.MultiplyAddEstimate(x0, q, s30);
            s31 = Vector.MultiplyAddEstimate(x1, q, s31);
            s32 = Vector.MultiplyAddEstimate(x2, q, s32);
            s33 = Vector.MultiplyAddEstimate(x3, q, s33);
        }

        Store(ref g, g0, v, s00, s01, s02, s03);
        Store(ref g, g1, v, s10, s11, s12, s13);
        Store(ref g, g2, v, s20, s21, s22, s23);
        Store(ref g, g3, v, s30, s31, s32, s33);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoClasses(ref float x, nuint column, ref float p, nuint c, ref float g, int rowCount, nuint width, nuint stride)
    {
        nuint v = (nuint)Vector<float>.Count;
        nuint g0 = (c * width) + column, g1 = g0 + width;
        Vector<float> s00 = Load(ref g, g0), s01 = Load(ref g, g0 + v), s02 = Load(ref g, g0 + (2 * v)), s03 = Load(ref g, g0 + (3 * v));
        Vector<float> s10 = Load(ref g, g1), s11 = Load(ref g, g1 + v), s12 = Load(ref g, g1 + (2 * v)), s13 = Load(ref g, g1 + (3 * v));
        nuint row = column, residual = c;
        for (int r = 0; r < rowCount; r++, row += width, residual += stride)
        {
            Vector<float> x0 = Load(ref x, row), x1 = Load(ref x, row + v);
            Vector<float> x2 = Load(ref x, row + (2 * v)), x3 = Load(ref x, row + (3 * v));
            Vector<float> q = Broadcast(ref p, residual);
            s00 = Vector.MultiplyAddEstimate(x0, q, s00);
            s01 = Vector.MultiplyAddEstimate(x1, q, s01);
            s02 = Vector.MultiplyAddEstimate(x2, q, s02);
            s03 = Vector.MultiplyAddEstimate(x3, q, s03);
            q = Broadcast(ref p, residual + 1);
            s10 = Vector.MultiplyAddEstimate(x0, q, s10);
            s11 = Vector.MultiplyAddEstimate(x1, q, s11);
            s12 = Vector.MultiplyAddEstimate(x2, q, s12);
            s13 = Vector.MultiplyAddEstimate(x3, q, s13);
        }

        Store(ref g, g0, v, s00, s01, s02, s03);
        Store(ref g, g1, v, s10, s11, s12, s13);
    }

    private static Vector<float> Load(ref float source, nuint offset) => Vector.LoadUnsafe(ref source, offset);

    private static Vector<float> Broadcast(ref float source, nuint offset) => new(Unsafe.Add(ref source, offset));

    private static void Store(
        ref float target, nuint offset, nuint v, Vector<float> s0, Vector<float> s1, Vector<float> s2, Vector<float> s3)
    {
        s0.StoreUnsafe(ref target, offset);
        s1.StoreUnsafe(ref target, offset + v);
        s2.StoreUnsafe(ref target, offset + (2 * v));
        s3.StoreUnsafe(ref target, offset + (3 * v));
    }
}
