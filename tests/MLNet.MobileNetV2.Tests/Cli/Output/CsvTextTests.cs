using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Tests.Cli.Output;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("", "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    public void Quote_QuotesWhereItMust(string text, string field) => Assert.Equal(field, CsvText.Quote(text));
}
