using Microsoft.Extensions.Time.Testing;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Tests.Cli.Output;

public sealed class ProgressStateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Left_OfAnEvenJobAfterASlowBeginning_IsWithinAFifthAndNeverRises()
    {
        // Four seconds until the first of 100 steps, then ten a second: fourteen in all.
        ProgressState state = Create(isEven: true);
        Advance(4);
        Assert.Null(state.Now().Left);
        double before = double.MaxValue;
        for (int step = 1; step <= 100; step++)
        {
            state.Report(step, null, null);
            if (state.Now().Left is { } left)
            {
                double real = (100 - step) * 0.1;
                Assert.InRange(left.TotalSeconds, 0.8 * real, 1.2 * real);
                Assert.True(left.TotalSeconds <= before + 1e-9);
                before = left.TotalSeconds;
            }

            Advance(0.1);
        }

        Assert.True(before < 1);
        Assert.Null(state.Now().Left);
    }

    [Fact]
    public void Left_ThatTheWorkTells_RunsDownBetweenReports()
    {
        ProgressState state = Create(isEven: false);
        state.Report(10, null, TimeSpan.FromSeconds(30));
        Advance(12);
        Assert.Equal(TimeSpan.FromSeconds(18), state.Now().Left);
        Advance(60);
        Assert.Equal(TimeSpan.Zero, state.Now().Left);
    }

    [Fact]
    public void Left_OfAnUnevenJobThatTellsNone_IsNone()
    {
        ProgressState state = Create(isEven: false);
        state.Report(10, null, null);
        Advance(10);
        state.Report(20, null, null);

        Assert.Null(state.Now().Left);
    }

    [Fact]
    public void Fraction_OfReportsThatComeLate_DoesNotGoBack()
    {
        ProgressState state = Create(isEven: true);
        state.Report(50, "b", null);
        state.Report(40, null, null);

        Assert.Equal((0.5, "b"), (state.Now().Fraction, state.Now().Detail));
        state.Report(500, null, null);
        Assert.Equal(1, state.Now().Fraction);
    }

    private ProgressState Create(bool isEven) => new("reading", 100, isEven, _time);

    private void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
