using MLNet.MobileNetV2.Reporting;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Reporting;

public class LineChartTests
{
    [Theory]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(0, 0.035, "0 0.01 0.02 0.03")]
    [InlineData(0, 1.05e-4, "0 5E-05 0.0001")]
    [InlineData(0, 73, "0 20 40 60")]
    [InlineData(0, 4, "0 1 2 3 4")]
    public void Ticks_AreRoundAndFew(double from, double to, string ticks) =>
        Assert.Equal(ticks, string.Join(' ', new ChartAxis("x", from, to, ReportText.Digits).Ticks().Select(ReportText.Digits)));

    [Fact]
    public void Write_HasTitleAndDescription_ALineForEachSeries_AndTheSameInAnyCulture()
    {
        using var culture = new CommaCulture();
        var html = new HtmlWriter();

        new LineChart(
            "loss",
            "Loss",
            "It falls.",
            new("epoch", 0, 2, ReportText.Digits),
            new("loss", 0, 1, ReportText.Digits),
            [new("training", [(0, 1), (1, 0.25), (2, 0)]), new("validation", [(0, 1), (2, 0.5)])]).Write(html);

        string svg = html.ToString();
        Assert.All(
            [
                "role=\"img\" viewBox=\"0 0 440 310\" aria-labelledby=\"loss-title loss-description\"",
                "<title id=\"loss-title\">Loss</title><desc id=\"loss-description\">It falls.</desc>",
                "class=\"line s0\" points=\"62,34 238,202 414,258\"",
                "class=\"line s1\" points=\"62,34 414,146\"",
                ">validation</text>",
            ],
            part => Assert.Contains(part, svg, StringComparison.Ordinal));
    }
}
