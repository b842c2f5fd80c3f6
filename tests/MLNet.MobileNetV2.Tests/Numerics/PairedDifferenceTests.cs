using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Numerics;

public sealed class PairedDifferenceTests
{
    [Fact]
    public void Of_Differences_IsTheirMeanAndItsStandardError()
    {
        PairedDifference difference = PairedDifference.Of([1, 2, 3, 6]);

        // Deviations -2, -1, 0, 3: a sum of squares of 14, a variance of 14 / 3, divided by 4.
        Assert.Equal(3, difference.Mean, 12);
        Assert.Equal(Math.Sqrt(14.0 / 12), difference.StandardError, 12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 5)]
    public void Of_FewerThanTwo_ProvesNothing(int count, double mean)
    {
        PairedDifference difference = PairedDifference.Of([.. Enumerable.Repeat(5.0, count)]);

        Assert.Equal((mean, double.PositiveInfinity), (difference.Mean, difference.StandardError));
    }
}
