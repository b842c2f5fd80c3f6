using System.Numerics.Tensors;

namespace MLNet.MobileNetV2.Numerics;

/// <summary>
/// The directions along which rows differ most from zero, by subspace iteration from random ones (Halko, Martinsson and Tropp, arXiv
/// 0909.4061). The same rows give the same directions for every number of threads.
/// </summary>
internal static class PrincipalDirections
{
    // More directions than are asked for, and some iterations, make those that are asked for exact enough.
    private const int Spare = 12;
    private const int Iterations = 4;
    private const int Together = 8;
    private const double Negligible = 1e-12;

    /// <summary>Finds them, the one with the most first.</summary>
    /// <param name="rows">Rows of one length.</param>
    /// <param name="count">Most directions.</param>
    /// <param name="loop">The threads.</param>
    /// <returns>Orthonormal directions, and the sum of squares of the rows along each; fewer where the rows have fewer.</returns>
    public static (float[][] Directions, double[] SumsOfSquares) Of(IReadOnlyList<float[]> rows, int count, ParallelLoop loop)
    {
        if (rows.Count == 0 || count < 1)
        {
            return ([], []);
        }

        int length = rows[0].Length;
        int size = Math.Min(count + Spare, Math.Min(length, rows.Count));
        float[][] basis = Orthonormal(RandomRows(size, length));
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            basis = Orthonormal(Back(rows, Along(rows, basis, loop), basis.Length, loop));
        }

        float[][] along = Along(rows, basis, loop);
        (double[] sums, double[][] turns) = SymmetricEigen.Of(Scatter(along, basis.Length, loop));
        int kept = Enumerable.Range(0, Math.Min(count, sums.Length)).TakeWhile(index => sums[index] > Negligible * sums[0]).Count();
        float[][] directions = new float[kept][];
        loop.For(kept, (long)kept * basis.Length * length, direction =>
        {
            float[] sum = directions[direction] = new float[length];
            for (int k = 0; k < basis.Length; k++)
            {
                TensorPrimitives.MultiplyAdd(basis[k], (float)turns[direction][k], sum, sum);
            }
        });
        return (directions, sums[..kept]);
    }

    private static float[][] RandomRows(int count, int length)
    {
        var random = new SplitMix64(seed: 1);
        float[][] rows = new float[count][];
        for (int row = 0; row < count; row++)
        {
            rows[row] = new float[length];
            for (int i = 0; i < length; i++)
            {
                rows[row][i] = (float)random.NextNormal();
            }
        }

        return rows;
    }

    private static float[][] Along(IReadOnlyList<float[]> rows, float[][] basis, ParallelLoop loop)
    {
        float[][] along = new float[rows.Count][];
        loop.For(rows.Count, (long)rows.Count * basis.Length * basis[0].Length, row =>
        {
            float[] values = new float[basis.Length];
            for (int k = 0; k < values.Length; k++)
            {
                values[k] = FixedOrderSums.Dot<float>(rows[row], basis[k]);
            }

            along[row] = values;
        });
        return along;
    }

    private static float[][] Back(IReadOnlyList<float[]> rows, float[][] along, int count, ParallelLoop loop)
    {
        int length = rows[0].Length;
        float[][] sums = [.. Enumerable.Range(0, count).Select(_ => new float[length])];
        loop.For((count + Together - 1) / Together, (long)rows.Count * count * length, part =>
        {
            for (int row = 0; row < along.Length; row++)
            {
                for (int k = part * Together; k < Math.Min((part + 1) * Together, count); k++)
                {
                    TensorPrimitives.MultiplyAdd(rows[row], along[row][k], sums[k], sums[k]);
                }
            }
        });
        return sums;
    }

    private static double[][] Scatter(float[][] along, int size, ParallelLoop loop)
    {
        double[][] scatter = [.. Enumerable.Range(0, size).Select(_ => new double[size])];
        loop.For(size, (long)along.Length * size * size, k =>
        {
            foreach (float[] values in along)
            {
                for (int other = 0; other < size; other++)
                {
                    scatter[k][other] += (double)values[k] * values[other];
                }
            }
        });
        return scatter;
    }

    // Gram and Schmidt, twice, since once leaves rounding behind; rows of nothing new are left out.
    private static float[][] Orthonormal(float[][] rows)
    {
        var basis = new List<float[]>(rows.Length);
        foreach (float[] row in rows)
        {
            double before = FixedOrderSums.SumOfSquares(row);
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (float[] direction in basis)
                {
                    TensorPrimitives.MultiplyAdd(direction, -FixedOrderSums.Dot<float>(row, direction), row, row);
                }
            }

            double after = FixedOrderSums.SumOfSquares(row);
            if (after > Negligible * before && after > 0)
            {
                TensorPrimitives.Multiply(row, (float)(1 / Math.Sqrt(after)), row);
                basis.Add(row);
            }
        }

        return basis.Count > 0 ? [.. basis] : [Unit(rows[0].Length)];
    }

    private static float[] Unit(int length)
    {
        float[] unit = new float[length];
        unit[0] = 1;
        return unit;
    }
}
