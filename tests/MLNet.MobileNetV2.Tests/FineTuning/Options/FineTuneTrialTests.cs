namespace MLNet.MobileNetV2.Tests.FineTuning.Options;

public sealed class FineTuneTrialTests
{
    [Theory]
    [InlineData(10, 3, true)]
    [InlineData(10, 10, true)]
    [InlineData(0, 0, true)]
    [InlineData(9, 16, true)]
    [InlineData(7, 18, false)]
    [InlineData(0, 4, true)]
    [InlineData(0, 5, false)]
    public void ChoosesFineTuning_UnlessItLosesMoreThanChanceMay(int gained, int lost, bool chooses)
    {
        var trial = new FineTuneTrial { Images = 100, Head = new(0.5, 0.9), FineTuned = new(0.4, 0.9), Gained = gained, Lost = lost };

        Assert.Equal(chooses, trial.ChoosesFineTuning);
    }

    [Fact]
    public void ChoosesFineTuning_WhereNothingWasTried_IsFalse() =>
        Assert.False(new FineTuneTrial { UntriedReason = "there was no time" }.ChoosesFineTuning);
}
