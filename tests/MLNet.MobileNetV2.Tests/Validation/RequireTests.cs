using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2.Tests.Validation;

public sealed class RequireTests
{
    private const int BatchSize = 0;

    public static TheoryData<Action, string, string> Refused => new()
    {
        { () => Require.That(false, BatchSize, "1 to 256"), "BatchSize", "BatchSize is 0; it must be 1 to 256." },
        { () => Require.That(false, null, "given", "Weights"), "Weights", "Weights is null; it must be given." },
        { () => Require.AtLeast(1, 0.5, "Rate"), "Rate", "Rate is 0.5; it must be at least 1." },
        { () => Require.Between(1, 256, BatchSize), "BatchSize", "BatchSize is 0; it must be 1 to 256." },
        { () => Require.Between(0, 1, double.NaN, "Rate"), "Rate", "Rate is NaN; it must be 0 to 1." },
        { () => Require.NotNegative(-0.5f, "Decay"), "Decay", "Decay is -0.5; it must be a finite number of at least 0." },
        { () => Require.NotNegative(double.PositiveInfinity, "Decay"), "Decay", "Decay is Infinity; it must be a finite number of at "
            + "least 0." },
        { () => Require.Positive(0.0, "Rate"), "Rate", "Rate is 0; it must be a finite number above 0." },
        { () => Require.Positive(double.NaN, "Rate"), "Rate", "Rate is NaN; it must be a finite number above 0." },
        { () => Require.ThreadCount(-1, "ThreadCount"), "ThreadCount", "ThreadCount is -1; it must be 0 (all cores) to 1024." },
        { () => Require.ThreadCount(1025, "ThreadCount"), "ThreadCount", "ThreadCount is 1025; it must be 0 (all cores) to 1024." },
        { () => Require.Defined((DayOfWeek)9, "Day"), "Day", "Day is 9; it must be one of Sunday, Monday, Tuesday," },
        { () => Require.Text(" ", "a path", "Folder"), "Folder", "Folder is \" \"; a path is needed." },
        { () => Require.ColumnName(null, "LabelColumnName"), "LabelColumnName", "LabelColumnName is null; the name of a column "
            + "is needed." },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Value_ThatIsNotAllowed_IsNamedWithWhatIs(Action check, string option, string message)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(check);

        Assert.Equal(option, error.ParamName);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_OnTheBorder_IsAllowed()
    {
        Require.AtLeast(1, 1, "Count");
        Require.Between(1, 256, 1, "Count");
        Require.Between(1, 256, 256, "Count");
        Require.NotNegative(0.0, "Decay");
        Require.Positive(double.Epsilon, "Rate");
        Require.ThreadCount(0, "ThreadCount");
        Require.ThreadCount(1024, "ThreadCount");
        Require.Defined(DayOfWeek.Saturday, "Day");
        Require.ColumnName("Label", "LabelColumnName");
    }
}
