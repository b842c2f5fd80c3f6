using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Numerics;

/// <summary>Eigenvalues of symmetric matrices.</summary>
public sealed class SymmetricEigenTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(40)]
    public void Of_ASymmetricMatrix_PutsItTogetherAgain(int size)
    {
        double[][] matrix = Symmetric(size);

        (double[] values, double[][] vectors) = SymmetricEigen.Of([.. matrix.Select(row => row.ToArray())]);

        Assert.Equal(values.OrderDescending(), values);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                double again = Enumerable.Range(0, size).Sum(k => values[k] * vectors[k][i] * vectors[k][j]);
                Assert.Equal(matrix[i][j], again, 1e-9);
                double product = Enumerable.Range(0, size).Sum(k => vectors[i][k] * vectors[j][k]);
                Assert.Equal(i == j ? 1 : 0, product, 1e-9);
            }
        }
    }

    [Fact]
    public void Of_ADiagonalMatrix_SortsIt()
    {
        (double[] values, double[][] vectors) = SymmetricEigen.Of([[1, 0, 0], [0, 3, 0], [0, 0, -2]]);

        Assert.Equal([3, 1, -2], values);
        Assert.Equal([0, 1, 0], vectors[0]);
    }

    [Fact]
    public void Of_AMatrixOfZeros_HasNoEigenvalueElse() => Assert.Equal([0, 0], SymmetricEigen.Of([[0, 0], [0, 0]]).Values);

    private static double[][] Symmetric(int size)
    {
        var random = new Random(size);
        double[][] matrix = [.. Enumerable.Range(0, size).Select(_ => new double[size])];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                matrix[i][j] = matrix[j][i] = random.NextDouble() - 0.5;
            }
        }

        return matrix;
    }
}
