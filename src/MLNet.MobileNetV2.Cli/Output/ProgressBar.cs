using Spectre.Console;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>A progress bar on the error writer; nothing where that is not a terminal.</summary>
internal static class ProgressBar
{
    /// <summary>Runs work that reports how far it is, from 0 to the total.</summary>
    public static async Task<T> RunAsync<T>(Terminal terminal, string title, long total, Func<ReportProgress, Task<T>> work)
    {
        if (!terminal.ErrorConsole.Profile.Capabilities.Interactive)
        {
            return await work((_, _) => { });
        }

        return await terminal.ErrorConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(total, 1));
                return await work((done, detail) =>
                {
                    task.Value = done;
                    task.Description = detail is null ? task.Description : Markup.Escape($"{title}: {detail}");
                });
            });
    }

    /// <summary>Runs blocking work that reports how far it is.</summary>
    public static Task<T> RunAsync<T>(Terminal terminal, string title, long total, Func<ReportProgress, T> work) =>
        RunAsync(terminal, title, total, report => Task.Run(() => work(report)));
}
