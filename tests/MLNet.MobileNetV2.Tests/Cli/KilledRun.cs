using System.Diagnostics;

namespace MLNet.MobileNetV2.Tests.Cli;

/// <summary>Kills the command at once, as kill -9 does, when something has come about.</summary>
internal static class KilledRun
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(CliProcess environment, Func<bool> isTime, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "mobilenetv2.dll"), .. arguments]);
        foreach ((string name, string? value) in environment.Variables())
        {
            start.Environment[name] = value;
        }

        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using Process process = Process.Start(start)!;
        try
        {
            var watch = Stopwatch.StartNew();
            while (!isTime())
            {
                Assert.False(process.HasExited, "The command ended before it could be killed.");
                Assert.True(watch.Elapsed < s_limit, "The command did not come so far.");
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        // SIGKILL: nothing in the process ran after it.
        Assert.NotEqual(0, process.ExitCode);
    }
}
