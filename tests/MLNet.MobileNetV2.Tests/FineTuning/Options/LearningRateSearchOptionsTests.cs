namespace MLNet.MobileNetV2.Tests.FineTuning.Options;

public sealed class LearningRateSearchOptionsTests
{
    [Theory]
    [InlineData(0.0, 1.0, 10, "From is 0; it must be a finite number above 0.")]
    [InlineData(-1.0, 1.0, 10, "From is -1; ")]
    [InlineData(double.NaN, 1.0, 10, "From is NaN; ")]
    [InlineData(double.PositiveInfinity, 1.0, 10, "From is Infinity; ")]
    [InlineData(0.5, 0.5, 10, "To is 0.5; it must be a finite number above From, 0.5.")]
    [InlineData(0.5, 0.25, 10, "To is 0.25; ")]
    [InlineData(0.5, double.NaN, 10, "To is NaN; ")]
    [InlineData(0.5, double.PositiveInfinity, 10, "To is Infinity; ")]
    [InlineData(0.5, 1.0, 9, "Steps is 9; it must be at least 10.")]
    public void Validate_ValueNotAllowed_SaysWhatIs(double from, double to, int steps, string message)
    {
        var options = new LearningRateSearchOptions { From = from, To = to, Steps = steps };

        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(options.Validate);

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(message[..message.IndexOf(' ', StringComparison.Ordinal)], error.ParamName);
    }
}
