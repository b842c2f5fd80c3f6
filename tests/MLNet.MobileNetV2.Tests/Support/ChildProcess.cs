using System.Diagnostics;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>What a process that has ended wrote, and its exit code.</summary>
internal sealed record ChildProcess(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs an assembly beside the tests with the dotnet host; temporary files go to a folder of the caller's.</summary>
    public static Task<ChildProcess> RunAssemblyAsync(string assemblyName, string tempFolder, params string[] arguments) =>
        RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, assemblyName + ".dll"), .. arguments], tempFolder, null);

    public static async Task<ChildProcess> RunAsync(
        string fileName, IEnumerable<string> arguments, string tempFolder, IReadOnlyDictionary<string, string?>? environment)
    {
        var start = new ProcessStartInfo(fileName, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TMPDIR"] = tempFolder;
        start.Environment["TEMP"] = tempFolder;
        start.Environment["TMP"] = tempFolder;

        // Diagnostics sockets of the runtime would otherwise lie in the folder while the process runs.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["HOME"] = tempFolder;

        // ONNX Runtime also keeps quiet by itself where it takes the machine for a build server.
        start.Environment.Remove("CI");
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new ChildProcess(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
