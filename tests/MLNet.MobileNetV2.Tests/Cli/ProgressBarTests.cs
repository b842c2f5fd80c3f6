using MLNet.MobileNetV2.Cli.Output;
using Spectre.Console;

namespace MLNet.MobileNetV2.Tests.Cli;

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
    public async Task RunAsync_WhenTheWorkFails_ThrowsItsError()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        await Assert.ThrowsAsync<InvalidDataException>(() => ProgressBar.RunAsync<int>(
            new Terminal(output, error), "reading", 1, new Func<ReportProgress, int>(_ => throw new InvalidDataException())));
    }
}
