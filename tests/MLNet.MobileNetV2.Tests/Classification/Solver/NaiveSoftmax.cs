namespace MLNet.MobileNetV2.Tests.Classification.Solver;

/// <summary>Softmax regression written for plainness, in double: each class's weights are followed by its bias.</summary>
internal static class NaiveSoftmax
{
    public static double Objective(float[][] rows, int[] labels, double[][] weights, double l2)
    {
        double sum = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            sum -= Math.Log(Probabilities(rows[i], weights)[labels[i]]);
        }

        return sum + (l2 / 2 * weights.Sum(row => row.SkipLast(1).Sum(weight => weight * weight)));
    }

    /// <summary>Minimises by Newton's method with the whole Hessian: for few classes and features only.</summary>
    public static double[][] Minimize(float[][] rows, int[] labels, int classes, double l2)
    {
        int columns = rows[0].Length, size = columns + 1;
        double[][] weights = [.. Enumerable.Range(0, classes).Select(_ => new double[size])];
        for (int iteration = 0; iteration < 200; iteration++)
        {
            var gradient = new double[classes * size];
            var hessian = new double[classes * size, classes * size];
            for (int i = 0; i < rows.Length; i++)
            {
                double[] probabilities = Probabilities(rows[i], weights);
                double[] x = [.. rows[i].Select(value => (double)value), 1];
                for (int c = 0; c < classes; c++)
                {
                    for (int j = 0; j < size; j++)
                    {
                        gradient[(c * size) + j] += (probabilities[c] - (labels[i] == c ? 1 : 0)) * x[j];
                        for (int other = 0; other < classes; other++)
                        {
                            double curvature = probabilities[c] * ((c == other ? 1 : 0) - probabilities[other]);
                            for (int k = 0; k < size; k++)
                            {
                                hessian[(c * size) + j, (other * size) + k] += curvature * x[j] * x[k];
                            }
                        }
                    }
                }
            }

            for (int c = 0; c < classes; c++)
            {
                for (int j = 0; j < size; j++)
                {
                    gradient[(c * size) + j] += j < columns ? l2 * weights[c][j] : 0;

                    // The biases have a direction without curvature: a little of it keeps the Hessian invertible.
                    hessian[(c * size) + j, (c * size) + j] += j < columns ? l2 : 1e-9;
                }
            }

            if (Math.Sqrt(gradient.Sum(value => value * value)) < 1e-9)
            {
                break;
            }

            double[] step = Solve(hessian, gradient);
            double before = Objective(rows, labels, weights, l2);
            double[][] next = weights;
            for (double length = 1; length > 1e-10; length /= 2)
            {
                double scale = length;
                next = [.. weights.Select((row, c) => (double[])[.. row.Select((weight, j) => weight - (scale * step[(c * size) + j]))])];
                if (Objective(rows, labels, next, l2) <= before)
                {
                    break;
                }
            }

            weights = next;
        }

        return weights;
    }

    public static double[] Probabilities(float[] row, double[][] weights)
    {
        double[] scores = [.. weights.Select(weight => weight[^1] + row.Select((value, j) => value * weight[j]).Sum())];
        double largest = scores.Max();
        double total = scores.Sum(score => Math.Exp(score - largest));
        return [.. scores.Select(score => Math.Exp(score - largest) / total)];
    }

    private static double[] Solve(double[,] matrix, double[] right)
    {
        int size = right.Length;
        double[] x = [.. right];
        for (int i = 0; i < size; i++)
        {
            int pivot = Enumerable.Range(i, size - i).MaxBy(row => Math.Abs(matrix[row, i]));
            for (int j = 0; j < size; j++)
            {
                (matrix[i, j], matrix[pivot, j]) = (matrix[pivot, j], matrix[i, j]);
            }

            (x[i], x[pivot]) = (x[pivot], x[i]);
            for (int row = i + 1; row < size; row++)
            {
                double factor = matrix[row, i] / matrix[i, i];
                for (int j = i; j < size; j++)
                {
                    matrix[row, j] -= factor * matrix[i, j];
                }

                x[row] -= factor * x[i];
            }
        }

        for (int i = size - 1; i >= 0; i--)
        {
            for (int j = i + 1; j < size; j++)
            {
                x[i] -= matrix[i, j] * x[j];
            }

            x[i] /= matrix[i, i];
        }

        return x;
    }
}
