using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.FineTuning.Optimization;

namespace MLNet.MobileNetV2.Tests.FineTuning.Optimization;

public sealed class LearningRateScheduleTests
{
    [Property(MaxTest = 300)]
    public void Factor_OfAnySchedule_RisesThenFallsWithinItsBounds(PositiveInt steps, NonNegativeInt warmUp, byte last)
    {
        int total = (steps.Get % 200) + 1;
        int rise = warmUp.Get % (total + 1);
        var schedule = new LearningRateSchedule(total, rise, last / 255.0);
        double[] factors = [.. Enumerable.Range(0, total).Select(step => schedule.Factor(step))];

        Assert.All(factors, factor => Assert.InRange(factor, double.Epsilon, 1 + 1e-12));
        Assert.Equal(1, factors.Max(), 1e-12);
        for (int step = 1; step < total; step++)
        {
            bool isRising = step < rise;
            Assert.True(
                isRising ? factors[step] > factors[step - 1] : factors[step] <= factors[step - 1] + 1e-12, $"Step {step} of {schedule}.");
        }

        Assert.All(factors.Skip(rise), factor => Assert.True(factor >= (last / 255.0) - 1e-12));
        Assert.Equal(last / 255.0, schedule.Factor(Math.Max(total, rise + 1)), 1e-12);
    }

    [Fact]
    public void Factor_AtKnownSteps_IsLineAndHalfCosine()
    {
        var schedule = new LearningRateSchedule(TotalSteps: 12, WarmUpSteps: 4, LastFactor: 0.2);

        Assert.Equal(0.25, schedule.Factor(0), 1e-12);
        Assert.Equal(1, schedule.Factor(3), 1e-12);
        Assert.Equal(1, schedule.Factor(4), 1e-12);
        Assert.Equal(0.6, schedule.Factor(8), 1e-12);
        Assert.Equal(0.2 + (0.8 * 0.5 * (1 + Math.Cos(Math.PI * 7 / 8))), schedule.Factor(11), 1e-12);
        Assert.Equal(0.2, schedule.Factor(12), 1e-12);
        Assert.Equal(0.2, schedule.Factor(1000), 1e-12);
    }

    [Fact]
    public void Factor_WarmUpToTheEnd_EndsAtOne()
    {
        var schedule = new LearningRateSchedule(TotalSteps: 5, WarmUpSteps: 5, LastFactor: 0);

        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1], Enumerable.Range(0, 5).Select(step => Math.Round(schedule.Factor(step), 12)));
    }
}
