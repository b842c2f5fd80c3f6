using MLNet.MobileNetV2.Cli.Labelling;

namespace MLNet.MobileNetV2.Tests.Cli.Labelling;

public sealed class UnknownRuleTests
{
    [Theory]
    [InlineData(0, "rose")]
    [InlineData(0.7, "rose")]
    [InlineData(0.71, "other")]
    [InlineData(1, "other")]
    public void Decide_RefusesBelowTheThreshold(double threshold, string name)
    {
        PhotoLabel label = new UnknownRule(threshold, "other").Decide([new ClassScore(1, "rose", 0.7f), new ClassScore(0, "daisy", 0.3f)]);

        Assert.Equal((name, "rose"), (label.Name, label.Scores[0].Label));
    }
}
