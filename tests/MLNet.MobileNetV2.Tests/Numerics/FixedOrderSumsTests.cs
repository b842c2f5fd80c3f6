using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Numerics;

public sealed class FixedOrderSumsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(4096)]
    [InlineData(10_007)]
    public void Sums_AreThoseOfALoop(int length)
    {
        float[] x = Draw(length, 1);
        float[] y = Draw(length, 2);

        Assert.Equal(x.Sum(value => (double)value), FixedOrderSums.Sum(x), 1e-3);
        Assert.Equal(x.Sum(value => (double)value * value), FixedOrderSums.SumOfSquares(x), 1e-3);
        Assert.Equal(x.Zip(y, (a, b) => (double)a * b).Sum(), FixedOrderSums.Dot<float>(x, y), 1e-2);
        double[] wide = [.. x.Select(value => (double)value)];
        Assert.Equal(wide.Sum(value => value * value), FixedOrderSums.Dot<double>(wide, wide), 1e-9);
    }

    [Fact]
    public void Sums_DoNotDependOnWhereTheValuesLie()
    {
        float[] values = Draw(5000, 3);
        var sums = new HashSet<(double, double, float)>();

        for (int shift = 0; shift < 16; shift++)
        {
            float[] longer = new float[values.Length + shift];
            values.CopyTo(longer, shift);
            ReadOnlySpan<float> own = longer.AsSpan(shift);
            sums.Add((FixedOrderSums.Sum(own), FixedOrderSums.SumOfSquares(own), FixedOrderSums.Dot(own, values)));
        }

        Assert.Single(sums);
    }

    private static float[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.3f)];
    }
}
