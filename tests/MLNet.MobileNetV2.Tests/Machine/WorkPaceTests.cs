using Microsoft.Extensions.Time.Testing;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Tests.Machine;

public sealed class WorkPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Remaining_AfterASlowFirstStep_FollowsTheOthers()
    {
        var pace = new WorkPace(begun: 0, steps: 100, _time);

        Assert.Equal(TimeSpan.FromSeconds(495), After(pace, 5, done: 1));
        Assert.Equal(TimeSpan.FromSeconds(9.8), After(pace, 0.1, done: 2));
        for (int step = 3; step <= 100; step++)
        {
            Assert.Equal(0.1 * (100 - step), After(pace, 0.1, step).TotalSeconds, 1e-6);
        }
    }

    [Fact]
    public void Remaining_OfAResumedTraining_CountsItsOwnSteps()
    {
        var pace = new WorkPace(begun: 50, steps: 60, _time);

        After(pace, 3, done: 51);

        Assert.Equal(TimeSpan.FromSeconds(16), After(pace, 2, done: 52));
        Assert.Equal(TimeSpan.FromSeconds(21), After(pace, 4, done: 53));
    }

    [Fact]
    public void Remaining_LongerThanATimeSpan_IsUnknown()
    {
        var pace = new WorkPace(begun: 0, steps: int.MaxValue * 330L, _time);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Null(pace.Remaining(done: 1));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(pace.Remaining(done: 2));
    }

    private TimeSpan After(WorkPace pace, double seconds, long done)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return pace.Remaining(done)!.Value;
    }
}
