using CsvHelper;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Tests.Cli.Output;

public sealed class CsvTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("", "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    public void Write_QuotesWhereItMust(string text, string field)
    {
        using var written = new StringWriter { NewLine = "\n" };
        using CsvWriter rows = Csv.To(written, leavesOpen: true);

        rows.Write("1", text, null, "2");

        Assert.Equal($"1,{field},,2\n", written.ToString());
    }
}
