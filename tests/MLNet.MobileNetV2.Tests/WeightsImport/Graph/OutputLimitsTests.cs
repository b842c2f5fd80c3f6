using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Graph;

public sealed class OutputLimitsTests
{
    [Property]
    public bool Then_OfTwoLimits_DoesWhatOneAfterTheOtherDoes(
        int least, PositiveInt range, int otherLeast, PositiveInt otherRange, int value)
    {
        var first = new OutputLimits(least, least + range.Get);
        var second = new OutputLimits(otherLeast, otherLeast + otherRange.Get);

        return Limit(first.Then(second), value) == Limit(second, Limit(first, value));
    }

    [Fact]
    public void Then_OfReluAndAClipAtSix_IsReLU6()
    {
        var relu = new OutputLimits(0, float.PositiveInfinity);

        Assert.Equal(OutputLimits.ReLU6, relu.Then(new(float.NegativeInfinity, 6)));
        Assert.Equal(relu, OutputLimits.None.Then(relu));
        Assert.Equal(("not limited", "limited to 0..6"), (OutputLimits.None.ToString(), OutputLimits.ReLU6.ToString()));
    }

    private static float Limit(OutputLimits limits, float value) => Math.Min(Math.Max(value, limits.Least), limits.Greatest);
}
