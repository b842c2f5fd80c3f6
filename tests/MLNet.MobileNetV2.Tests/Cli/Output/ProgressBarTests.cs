using Microsoft.Extensions.Time.Testing;
using MLNet.MobileNetV2.Cli.Output;
using Spectre.Console;

namespace MLNet.MobileNetV2.Tests.Cli.Output;

public sealed class ProgressBarTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunAsync_WritesToTerminalsAlone_AndNeverToTheOutput(bool isTerminal)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error);
        Capabilities capabilities = terminal.ErrorConsole.Profile.Capabilities;
        capabilities.Interactive = capabilities.Ansi = isTerminal;

        int result = await ProgressBar.RunAsync(terminal, "[reading]", 2, report =>
        {
            report(1);
            report(2);
            return 7;
        });

        Assert.Equal((7, string.Empty), (result, output.ToString()));
        Assert.Equal(isTerminal, error.ToString().Contains("[reading]", StringComparison.Ordinal));
        Assert.Equal(isTerminal, error.ToString().Length > 0);
    }

    [Fact]
    public async Task RunAsync_IntoAPipe_WritesALineEveryTenSecondsEvenWhereTheWorkIsSilent()
    {
        var time = new FakeTimeProvider();
        using var output = new StringWriter();
        using var error = new StringWriter { NewLine = "\n" };

        await ProgressBar.RunAsync(new Terminal(output, error, time), "reading", 100, report =>
        {
            report(5);
            time.Advance(TimeSpan.FromSeconds(9.9));
            Assert.Equal(string.Empty, error.ToString());
            report(25, "half of a part");
            time.Advance(TimeSpan.FromSeconds(25));
            return 0;
        });
        time.Advance(TimeSpan.FromMinutes(5));

        string[] lines = error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Matches("^reading: 25 %, half of a part, 0:[0-9]{2} left$", lines[0]);
        Assert.Equal(string.Empty, output.ToString());
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    public async Task RunAsync_OnATerminal_StaysWithinItsWidth(int width)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error);
        terminal.ErrorConsole.Profile.Width = width;
        terminal.ErrorConsole.Profile.Capabilities.Interactive = terminal.ErrorConsole.Profile.Capabilities.Ansi = true;

        await ProgressBar.RunAsync(terminal, "training", 2, report =>
        {
            report(
                1,
                "epoch 1/10, loss 0.123, accuracy 91.2 %, 85 images/s, and more of which nobody knows the length",
                TimeSpan.FromSeconds(5));
            return 0;
        });

        string[] lines = TerminalText.Lines(error);
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width - 1));
    }

    [Fact]
    public async Task RunAsync_WhenTheWorkFails_ThrowsItsError()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        await Assert.ThrowsAsync<InvalidDataException>(() => ProgressBar.RunAsync<int>(
            new Terminal(output, error), "reading", 1, new Func<ReportProgress, int>(_ => throw new InvalidDataException())));
    }
}
