namespace MLNet.MobileNetV2.Numerics;

/// <summary>Eigenvalues and eigenvectors of small symmetric matrices, by Jacobi's rotations (Golub and Van Loan, section 8.5).</summary>
internal static class SymmetricEigen
{
    private const int MaxSweeps = 60;
    private const double Precision = 1e-26;

    /// <summary>Finds them, the greatest eigenvalue first.</summary>
    /// <param name="matrix">Rows of the matrix; it is changed.</param>
    /// <returns>The eigenvalues, and an eigenvector of length 1 for each.</returns>
    public static (double[] Values, double[][] Vectors) Of(double[][] matrix)
    {
        int size = matrix.Length;
        double[][] vectors = [.. Enumerable.Range(0, size).Select(row => Unit(size, row))];
        double scale = matrix.Sum(row => row.Sum(value => value * value));
        for (int sweep = 0; sweep < MaxSweeps && OffDiagonal(matrix) > Precision * scale; sweep++)
        {
            for (int p = 0; p < size; p++)
            {
                for (int q = p + 1; q < size; q++)
                {
                    if (matrix[p][q] != 0)
                    {
                        Rotate(matrix, vectors, p, q);
                    }
                }
            }
        }

        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(index => matrix[index][index])];
        return ([.. order.Select(index => matrix[index][index])], [.. order.Select(index => vectors[index])]);
    }

    // Makes the element (p, q) zero.
    private static void Rotate(double[][] matrix, double[][] vectors, int p, int q)
    {
        double theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
        double tangent = theta >= 0 ? 1 / (theta + Math.Sqrt(1 + (theta * theta))) : -1 / (-theta + Math.Sqrt(1 + (theta * theta)));
        double cosine = 1 / Math.Sqrt(1 + (tangent * tangent));
        double sine = tangent * cosine;
        foreach (double[] row in matrix)
        {
            (row[p], row[q]) = ((cosine * row[p]) - (sine * row[q]), (sine * row[p]) + (cosine * row[q]));
        }

        Turn(matrix[p], matrix[q], cosine, sine);
        Turn(vectors[p], vectors[q], cosine, sine);
    }

    private static void Turn(double[] first, double[] second, double cosine, double sine)
    {
        for (int k = 0; k < first.Length; k++)
        {
            (first[k], second[k]) = ((cosine * first[k]) - (sine * second[k]), (sine * first[k]) + (cosine * second[k]));
        }
    }

    private static double OffDiagonal(double[][] matrix)
    {
        double sum = 0;
        for (int p = 0; p < matrix.Length; p++)
        {
            for (int q = p + 1; q < matrix.Length; q++)
            {
                sum += 2 * matrix[p][q] * matrix[p][q];
            }
        }

        return sum;
    }

    private static double[] Unit(int size, int place)
    {
        double[] unit = new double[size];
        unit[place] = 1;
        return unit;
    }
}
