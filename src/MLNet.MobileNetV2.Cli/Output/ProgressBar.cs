using Spectre.Console;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Progress on the error writer: a bar on a terminal; elsewhere, for long work, a line now and then.</summary>
internal static class ProgressBar
{
    /// <summary>Time between two lines, and before the first.</summary>
    public static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    /// <summary>Runs work that reports how far it is, from 0 to the total.</summary>
    /// <param name="terminal">Where to show it.</param>
    /// <param name="title">What is done.</param>
    /// <param name="total">What the reports count up to.</param>
    /// <param name="work">The work.</param>
    /// <param name="isEven">
    /// Whether all steps take about the same time, so that the time left follows from them; else only the work knows it.
    /// </param>
    public static async Task<T> RunAsync<T>(
        Terminal terminal, string title, long total, Func<ReportProgress, Task<T>> work, bool isEven = true)
    {
        var state = new ProgressState(title, total, isEven, terminal.Time);
        Capabilities capabilities = terminal.ErrorConsole.Profile.Capabilities;
        if (!capabilities.Interactive || !capabilities.Ansi)
        {
            await using ITimer timer = terminal.Time.CreateTimer(_ => WriteLine(terminal, state), state: null, LineInterval, LineInterval);
            return await work(state.Report);
        }

        return await terminal.ErrorConsole.Progress()
            .AutoClear(true)
            .Columns(new ProgressLineColumn(state))
            .StartAsync(async context =>
            {
                context.AddTask(title);
                return await work(state.Report);
            });
    }

    /// <inheritdoc cref="RunAsync{T}(Terminal, string, long, Func{ReportProgress, Task{T}}, bool)"/>
    public static Task<T> RunAsync<T>(Terminal terminal, string title, long total, Func<ReportProgress, T> work, bool isEven = true) =>
        RunAsync(terminal, title, total, report => Task.Run(() => work(report)), isEven);

    // A full disk behind the error stream must not lose the work.
    private static void WriteLine(Terminal terminal, ProgressState state)
    {
        try
        {
            terminal.Error.WriteLine(ProgressLine.Plain(state.Now()));
        }
        catch (IOException)
        {
        }
    }
}
