using System.Diagnostics;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving.Http;

/// <summary>The example service as a process of its own, on a free port, with a temporary folder of its own.</summary>
internal sealed class WebApiProcess : IAsyncDisposable
{
    public const string Assembly = "WebApi";

    private const string Listening = "Now listening on: ";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly TempFolder _temporary;

    private WebApiProcess(Process process, TempFolder temporary, Uri address)
    {
        _process = process;
        _temporary = temporary;
        Client = new HttpClient { BaseAddress = address };
    }

    public HttpClient Client { get; }

    public int Port => Client.BaseAddress!.Port;

    /// <summary>Starts the service and waits until it listens.</summary>
    public static async Task<WebApiProcess> StartAsync(string modelPath, params string[] arguments)
    {
        var temporary = new TempFolder();
        string assembly = Path.Combine(AppContext.BaseDirectory, Assembly + ".dll");
        var start = new ProcessStartInfo("dotnet", [assembly, "--model", modelPath, "--urls", "http://127.0.0.1:0", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string variable in new[] { "TMPDIR", "TEMP", "TMP", "HOME" })
        {
            start.Environment[variable] = temporary.Path;
        }

        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment.Remove("CI");
        Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            int at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at >= 0)
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new(process, temporary, new Uri(line[(at + Listening.Length)..].Trim()));
            }
        }

        throw new InvalidOperationException($"The service did not start: {await errors}");
    }

    /// <summary>Ends the service as a container's host does.</summary>
    /// <returns>Its exit code and what it left in the temporary folder.</returns>
    public async Task<(int ExitCode, string[] Left)> StopAsync()
    {
        using Process kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(s_limit);
        return (_process.ExitCode, _temporary.Names());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _temporary.Dispose();
    }
}
