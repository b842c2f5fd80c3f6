using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Numerics;

/// <summary>The directions along which rows differ most.</summary>
public sealed class PrincipalDirectionsTests
{
    [Fact]
    public void Of_RowsOfKnownSpread_FindsTheDirectionsAndTheirSums()
    {
        float[][] rows = Rows(400, [10, 5, 2, 0.1, 0.1, 0.1], seed: 1);

        (float[][] directions, double[] sums) = PrincipalDirections.Of(rows, 3, new ParallelLoop(0, default));

        (double[] exact, double[][] vectors) = SymmetricEigen.Of(Scatter(rows));
        Assert.Equal(3, directions.Length);
        for (int k = 0; k < 3; k++)
        {
            Assert.Equal(exact[k], sums[k], 1e-4 * exact[0]);
            double cosine = directions[k].Zip(vectors[k], (a, b) => a * b).Sum();
            Assert.Equal(1, Math.Abs(cosine), 1e-4);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_TheSameRows_IsTheSameForEveryNumberOfThreads(int threads)
    {
        float[][] rows = Rows(300, [.. Enumerable.Range(1, 64).Select(i => 1.0 / i)], seed: 2);

        (float[][] directions, double[] sums) = PrincipalDirections.Of(rows, 8, new ParallelLoop(threads, default));
        (float[][] others, double[] otherSums) = PrincipalDirections.Of(rows, 8, new ParallelLoop(1, default));

        Assert.Equal(others, directions);
        Assert.Equal(otherSums, sums);
    }

    [Fact]
    public void Of_FewerRowsThanDirections_GivesAsManyAsTheyHave()
    {
        (float[][] directions, double[] sums) = PrincipalDirections.Of([[3, 0, 0, 0], [0, 4, 0, 0]], 4, new ParallelLoop(0, default));

        Assert.Equal(2, directions.Length);
        Assert.Equal([16, 9], sums.Select(sum => Math.Round(sum, 4)));
    }

    [Fact]
    public void Of_RowsOfZeros_GivesNone() =>
        Assert.Empty(PrincipalDirections.Of([[0, 0], [0, 0]], 2, new ParallelLoop(0, default)).Directions);

    [Fact]
    public void Of_NoRows_GivesNone() => Assert.Empty(PrincipalDirections.Of([], 2, new ParallelLoop(0, default)).Directions);

    [Fact]
    public void Of_ACancelledToken_Stops() => Assert.ThrowsAny<OperationCanceledException>(
        () => PrincipalDirections.Of(Rows(10, [1, 1], seed: 3), 1, new ParallelLoop(1, new CancellationToken(canceled: true))));

    private static float[][] Rows(int count, double[] spread, int seed)
    {
        var random = new SplitMix64(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Array.ConvertAll(spread, width => (float)(width * random.NextNormal())))];
    }

    private static double[][] Scatter(float[][] rows) =>
    [
        .. Enumerable.Range(0, rows[0].Length).Select(i =>
            Enumerable.Range(0, rows[0].Length).Select(j => rows.Sum(row => (double)row[i] * row[j])).ToArray()),
    ];
}
