using System.Text;
using MLNet.MobileNetV2.Reporting;

namespace MLNet.MobileNetV2.Tests.Reporting;

public class ReportTextTests
{
    [Fact]
    public void Name_OfALongText_LosesItsMiddle_AndNoHalfOfACharacter()
    {
        string name = ReportText.Name(string.Concat(Enumerable.Repeat("🌹", 100)));
        string odd = ReportText.Name("a" + string.Concat(Enumerable.Repeat("🌹", 100)));

        Assert.Equal("short", ReportText.Name("short"));
        Assert.All([name, odd], text => Assert.InRange(text.Length, 150, 161));
        Assert.All([name, odd], text => Assert.DoesNotContain("\uFFFD", Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Figures_AreWrittenInTheInvariantCulture_AndUnknownOnesAsADash()
    {
        using var culture = new Support.CommaCulture();

        Assert.Equal(("92.1 %", "–"), (ReportText.Percent(0.921), ReportText.Percent(double.NaN)));
        Assert.Equal(("0.921", "–"), (ReportText.Number(0.9213), ReportText.Number(double.NaN)));
        Assert.Equal(("1 class", "1,200 classes"), (ReportText.Count(1, "class", "classes"), ReportText.Count(1200, "class", "classes")));
    }
}
