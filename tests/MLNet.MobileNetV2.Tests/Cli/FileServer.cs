using System.Net;
using System.Net.Sockets;

namespace MLNet.MobileNetV2.Tests.Cli;

/// <summary>A real HTTP server on this machine that answers with what a function gives for a file name, or with 404.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<string, byte[]?> _read;
    private readonly string _address;

    public FileServer(Func<string, byte[]?> read)
    {
        _read = read;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(_address);
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Makes the server the mirror of a process.</summary>
    public void Configure(CliProcess process)
    {
        process.Environment["MOBILENETV2_OFFLINE"] = null;
        process.Environment["MOBILENETV2_MIRROR"] = _address;
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                byte[]? content = _read(context.Request.Url!.Segments[^1]);
                context.Response.StatusCode = content is null ? 404 : 200;
                context.Response.ContentLength64 = content?.Length ?? 0;
                await context.Response.OutputStream.WriteAsync(content ?? []);
                context.Response.Close();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The test has ended, or the client went away.
            }
        }
    }
}
