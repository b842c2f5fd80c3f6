using System.Diagnostics;

namespace MLNet.MobileNetV2.Tests.Cli;

/// <summary>Interrupts the command, as Ctrl+C does, when it has written its first line, or when something has come about.</summary>
internal static class InterruptedRun
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public static Task<CliRun> RunAsync(CliProcess environment, params string[] arguments) => RunAsync(environment, null, arguments);

    public static async Task<CliRun> RunAsync(CliProcess environment, Func<bool>? isTime, params string[] arguments)
    {
        string assembly = Path.Combine(AppContext.BaseDirectory, "mobilenetv2.dll");
        var start = new ProcessStartInfo(
            "dotnet", [assembly, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string? value) in environment.Variables())
        {
            start.Environment[name] = value;
        }

        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using Process process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            Task<string?> output = process.StandardOutput.ReadLineAsync(limit.Token).AsTask();
            Task<string?> error = process.StandardError.ReadLineAsync(limit.Token).AsTask();
            while (isTime is not null && !isTime() && !process.HasExited)
            {
                await Task.Delay(5, limit.Token);
            }

            await (isTime is null ? Task.WhenAny(output, error) : Task.CompletedTask);
            using Process kill = Process.Start("sh", ["-c", $"kill -INT {process.Id}"]);
            Task<string> rest = RestAsync(output, process.StandardOutput, limit.Token);
            string errors = await RestAsync(error, process.StandardError, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new(process.ExitCode, await rest, CliRun.WithoutProgress(errors));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<string> RestAsync(Task<string?> firstLine, StreamReader reader, CancellationToken cancellationToken) =>
        await firstLine is { } line ? $"{line}\n{await reader.ReadToEndAsync(cancellationToken)}" : string.Empty;
}
