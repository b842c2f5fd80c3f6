using MLNet.MobileNetV2.Reporting;

namespace MLNet.MobileNetV2.Tests.Reporting;

public class HtmlWriterTests
{
    [Fact]
    public void Elements_AreNested_AndAttributesWithoutAValueAreLeftOut()
    {
        var html = new HtmlWriter();
        using (html.In("p", ("id", "a"), ("class", null)))
        {
            html.Element("b", "text", ("data-value", 0.123456));
            html.Empty("br");
        }

        Assert.Equal("<p id=\"a\"><b data-value=\"0.12\">text</b><br/></p>", html.ToString());
    }

    [Theory]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("\" onload='x' & y", "&quot; onload=&#x27;x&#x27; &amp; y")]
    [InlineData("Пион 牡丹 é", "Пион 牡丹 é")]
    [InlineData("\u0000\u0007", "&#x0;&#x7;")]
    public void TextsAndAttributes_AreEscaped(string text, string escaped)
    {
        var html = new HtmlWriter();
        html.Element("p", text, ("title", text));

        Assert.Equal($"<p title=\"{escaped}\">{escaped}</p>", html.ToString());
    }
}
