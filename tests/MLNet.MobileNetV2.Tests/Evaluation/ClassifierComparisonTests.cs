using FsCheck;
using FsCheck.Xunit;

namespace MLNet.MobileNetV2.Tests.Evaluation;

public sealed class ClassifierComparisonTests
{
    [Theory]
    [InlineData(2, 8, 112.0 / 1024)]
    [InlineData(8, 2, 112.0 / 1024)]
    [InlineData(0, 5, 2.0 / 32)]
    [InlineData(3, 3, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(0, 1, 1)]
    public void PValue_IsThatOfAFairCoin(int firstOnly, int secondOnly, double expected) =>
        Assert.Equal(expected, Compare(both: 20, firstOnly, secondOnly, neither: 4).PValue, 12);

    [Fact]
    public void PValue_OfManyImages_IsNearTheNormalApproximation()
    {
        // (2100 - 1900 - 1) / sqrt(4000) = 3.1465 standard errors.
        Assert.Equal(0.00165, Compare(10_000, 1900, 2100, 0).PValue, 5);
    }

    [Fact]
    public void Figures_AreThoseOfTheImages()
    {
        ClassifierComparison comparison = Compare(both: 70, firstOnly: 5, secondOnly: 15, neither: 10);

        Assert.Equal((100, 5, 15), (comparison.Images, comparison.FirstOnly, comparison.SecondOnly));
        Assert.Equal((0.75, 0.85), (comparison.FirstAccuracy, comparison.SecondAccuracy));
        Assert.Equal(0.1, comparison.Difference, 12);
        Assert.Equal(0.1 - (1.959964 * Math.Sqrt(20 - 1) / 100), comparison.DifferenceInterval.Low, 6);
        Assert.Equal(0.1 + (1.959964 * Math.Sqrt(20 - 1) / 100), comparison.DifferenceInterval.High, 6);
    }

    [Property]
    public bool PValue_IsTheSameBothWaysRound_AndAtMost1(NonNegativeInt first, NonNegativeInt second)
    {
        double there = Compare(1, first.Get, second.Get, 1).PValue;

        return there == Compare(1, second.Get, first.Get, 1).PValue && there is > 0 and <= 1;
    }

    [Fact]
    public void Create_WithoutImages_Throws()
    {
        Assert.Throws<ArgumentException>(() => ClassifierComparison.Create([]));
        Assert.Throws<ArgumentNullException>(() => ClassifierComparison.Create(null!));
    }

    private static ClassifierComparison Compare(int both, int firstOnly, int secondOnly, int neither) => ClassifierComparison.Create(
    [
        .. Enumerable.Repeat((true, true), both),
        .. Enumerable.Repeat((true, false), firstOnly),
        .. Enumerable.Repeat((false, true), secondOnly),
        .. Enumerable.Repeat((false, false), neither),
    ]);
}
