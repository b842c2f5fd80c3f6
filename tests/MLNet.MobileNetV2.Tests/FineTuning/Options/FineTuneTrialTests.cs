namespace MLNet.MobileNetV2.Tests.FineTuning.Options;

public sealed class FineTuneTrialTests
{
    [Theory]
    [InlineData(10, 3, 0.5, 0.5, true)]
    [InlineData(10, 8, 0.5, 0.5, false)]
    [InlineData(10, 8, 0.5, 0.3, true)]
    [InlineData(10, 10, 0.5, 0.3, true)]
    [InlineData(10, 10, 0.5, 0.46, false)]
    [InlineData(9, 10, 0.5, 0.1, false)]
    [InlineData(0, 0, 0.5, 0.6, false)]
    public void IsFineTunedBetter_NeedsMoreThanChanceInImagesOrInLoss(int gained, int lost, double head, double fineTuned, bool isBetter)
    {
        var trial = new FineTuneTrial
        {
            Images = 100,
            Head = new(head, 0.9),
            FineTuned = new(fineTuned, 0.9),
            Gained = gained,
            Lost = lost,
            LossError = 0.05,
        };

        Assert.Equal(isBetter, trial.IsFineTunedBetter);
    }

    [Fact]
    public void IsFineTunedBetter_WhereNothingWasTried_IsFalse() =>
        Assert.False(new FineTuneTrial { UntriedReason = "there was no time" }.IsFineTunedBetter);
}
