using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Tests.Cli.Output;

public sealed class ReportPrinterTests
{
    private static readonly string[] s_names = ["apple", "banana with a long name", "[red]cherry[/]", "樱桃"];

    [Fact]
    public void Write_ToAFileOrPipe_CutsNoNameHoweverWideTheTableIs()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(index => $"a class with the rather long name {index:00}")];

        (string output, string error) = Write(names, width: null);

        string header = output.Split('\n')[1];
        Assert.Equal(string.Empty, error);
        Assert.All(names, name => Assert.Contains($" {name} ", header, StringComparison.Ordinal));
        Assert.DoesNotContain("…", output, StringComparison.Ordinal);
        Assert.Equal(names.Length + 4, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Write_CountsTheTruthInRows()
    {
        (string output, _) = Write(s_names, width: null);

        // In ordinal order: [red]cherry[/], apple, banana, 樱桃.
        string apple = output.Split('\n').Single(line => line.StartsWith("│ apple", StringComparison.Ordinal));
        Assert.Equal(["", "apple", ".", ".", "1", ".", ""], apple.Split('│', StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void Write_ToATerminalTooNarrowForNames_NumbersTheColumnsAndCutsNoName()
    {
        (string output, string error) = Write(s_names, width: 60);

        Assert.Equal(string.Empty, error);
        Assert.Matches("truth .* │ 1 │ 2 │ 3 │ 4 │", output);
        Assert.Contains("│ 1 [red]cherry[/] ", output, StringComparison.Ordinal);
        Assert.Contains("│ 3 banana with a long name ", output, StringComparison.Ordinal);
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 60));
    }

    [Theory]
    [InlineData(4, 20)]
    [InlineData(101, null)]
    public void Write_OfATableThatNoOneCouldRead_SaysWhereItIs(int classes, int? width)
    {
        (string output, string error) = Write([.. Enumerable.Range(0, classes).Select(index => $"class {index}")], width);

        Assert.Equal(string.Empty, output);
        Assert.Equal($"The confusion table of {classes} classes is too wide to show here; 'evaluate --json' has it.\n", error);
    }

    private static (string Output, string Error) Write(string[] names, int? width)
    {
        float[] second = [.. names.Select((_, index) => index == 1 ? 1f : 0f)];
        ClassificationReport report = ClassificationReport.Create(names, [new(0, second)]);
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, error);
        terminal.OutputConsole.Profile.Width = width ?? terminal.OutputConsole.Profile.Width;
        ConfusionTable.Write(terminal, report);
        return (output.ToString(), error.ToString());
    }
}
