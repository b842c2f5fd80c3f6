using System.Numerics.Tensors;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>
/// The linear map with bias that comes nearest to targets in squared error, with a small penalty on its kernel. Equal bits with any number
/// of threads. Thread-safe.
/// </summary>
/// <param name="inputs">Values of one input.</param>
/// <param name="outputs">Values of one target.</param>
internal sealed class RidgeRegression(int inputs, int outputs)
{
    // Of the inputs' mean variance: enough that inputs that hardly vary get no great factors.
    private const double Penalty = 1e-3;

    // Floats are summed over this many rows, then doubles.
    private const int Chunk = 128;

    /// <summary>Solves the normal equations by Cholesky's decomposition.</summary>
    /// <param name="x">Rows of inputs.</param>
    /// <param name="y">Rows of targets.</param>
    /// <param name="isUsed">Which rows count; at least one does.</param>
    /// <param name="workers">Most threads.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The kernel, outputs x inputs, and the bias.</returns>
    public (float[] Kernel, float[] Bias) Solve(
        ReadOnlyMemory<float> x, ReadOnlyMemory<float> y, IReadOnlyList<bool> isUsed, int workers, CancellationToken cancellationToken)
    {
        int[] rows = [.. Enumerable.Range(0, isUsed.Count).Where(row => isUsed[row])];
        float[] inputMean = Mean(x.Span, inputs, rows);
        float[] targetMean = Mean(y.Span, outputs, rows);
        float[] centred = Centred(x.Span, inputs, rows, inputMean);
        float[] targets = Centred(y.Span, outputs, rows, targetMean);
        double[][] gram = Products(centred, centred, inputs, rows.Length, workers, cancellationToken);
        double[][] moments = Products(centred, targets, outputs, rows.Length, workers, cancellationToken);
        double trace = gram.Select((row, i) => row[i]).Sum();
        double penalty = Math.Max(Penalty * trace / inputs, 1e-12);
        for (int i = 0; i < inputs; i++)
        {
            gram[i][i] += penalty;
        }

        Decompose(gram, workers, cancellationToken);
        float[] kernel = new float[outputs * inputs];
        float[] bias = new float[outputs];
        new ParallelLoop(workers, cancellationToken).For(outputs, output =>
        {
            double[] solution = Substitute(gram, [.. moments.Select(row => row[output])]);
            Span<float> own = kernel.AsSpan(output * inputs, inputs);
            TensorPrimitives.ConvertTruncating<double, float>(solution, own);
            bias[output] = targetMean[output] - FixedOrderSums.Dot<float>(own, inputMean);
        });
        return (kernel, bias);
    }

    private static float[] Mean(ReadOnlySpan<float> values, int columns, int[] rows)
    {
        double[] sum = new double[columns];
        foreach (int row in rows)
        {
            for (int i = 0; i < columns; i++)
            {
                sum[i] += values[(row * columns) + i];
            }
        }

        return [.. sum.Select(value => (float)(value / rows.Length))];
    }

    private static float[] Centred(ReadOnlySpan<float> values, int columns, int[] rows, float[] mean)
    {
        float[] centred = new float[rows.Length * columns];
        for (int i = 0; i < rows.Length; i++)
        {
            TensorPrimitives.Subtract(values.Slice(rows[i] * columns, columns), mean, centred.AsSpan(i * columns, columns));
        }

        return centred;
    }

    // The sums over the rows of each input times each column of the other matrix.
    private double[][] Products(
        float[] left, float[] right, int columns, int rows, int workers, CancellationToken cancellationToken)
    {
        double[][] products = [.. Enumerable.Range(0, inputs).Select(_ => new double[columns])];
        new ParallelLoop(workers, cancellationToken).For(inputs, input =>
        {
            float[] sum = new float[columns];
            double[] wide = new double[columns];
            for (int begin = 0; begin < rows; begin += Chunk)
            {
                Array.Clear(sum);
                for (int row = begin; row < Math.Min(rows, begin + Chunk); row++)
                {
                    TensorPrimitives.MultiplyAdd(right.AsSpan(row * columns, columns), left[(row * inputs) + input], sum, sum);
                }

                TensorPrimitives.ConvertTruncating<float, double>(sum, wide);
                TensorPrimitives.Add<double>(products[input], wide, products[input]);
            }
        });
        return products;
    }

    // Replaces the lower triangle of a symmetric positive matrix by its factor.
    private static void Decompose(double[][] matrix, int workers, CancellationToken cancellationToken)
    {
        for (int column = 0; column < matrix.Length; column++)
        {
            double[] pivotRow = matrix[column];
            ReadOnlySpan<double> known = pivotRow.AsSpan(0, column);
            double pivot = Math.Sqrt(pivotRow[column] - FixedOrderSums.Dot(known, known));
            pivotRow[column] = pivot;
            int place = column;
            new ParallelLoop(workers, cancellationToken).For(matrix.Length - column - 1, (long)column * (matrix.Length - column), below =>
            {
                double[] row = matrix[place + 1 + below];
                row[place] = (row[place] - FixedOrderSums.Dot<double>(row.AsSpan(0, place), matrix[place].AsSpan(0, place))) / pivot;
            });
        }
    }

    private static double[] Substitute(double[][] factor, double[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] - FixedOrderSums.Dot<double>(factor[i].AsSpan(0, i), values.AsSpan(0, i))) / factor[i][i];
        }

        for (int i = values.Length - 1; i >= 0; i--)
        {
            values[i] /= factor[i][i];
            TensorPrimitives.MultiplyAdd<double>(factor[i].AsSpan(0, i), -values[i], values.AsSpan(0, i), values.AsSpan(0, i));
        }

        return values;
    }
}
