namespace MLNet.MobileNetV2.Tests.FineTuning;

public sealed class ValidationResultTests
{
    [Theory]
    [InlineData(0.5, 0.9, 0.4, 0.8, true)]
    [InlineData(0.4, 0.8, 0.5, 0.9, false)]
    [InlineData(0.4, 0.9, 0.5, 0.9, true)]
    [InlineData(0.5, 0.9, 0.4, 0.9, false)]
    [InlineData(0.5, 0.9, 0.5, 0.9, false)]
    [InlineData(0.4, null, 0.5, null, true)]
    [InlineData(0.5, null, 0.4, null, false)]
    [InlineData(0.5, null, 0.5, null, false)]
    [InlineData(double.NaN, 0.9, 0.5, 0.9, false)]
    public void IsBetterThan_ByAccuracyThenByLoss(double loss, double? accuracy, double otherLoss, double? otherAccuracy, bool expected) =>
        Assert.Equal(expected, new ValidationResult(loss, accuracy).IsBetterThan(new(otherLoss, otherAccuracy)));
}
