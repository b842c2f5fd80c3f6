using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>A real HTTP server on this machine, whose answers a test writes byte by byte.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, Stream, CancellationToken, Task> _answer;
    private readonly Task _running;
    private readonly List<string> _paths = [];

    /// <summary>Starts the server.</summary>
    /// <param name="answer">Writes the answer to one request; the connection is closed after it.</param>
    public LocalServer(Func<Stream, CancellationToken, Task> answer)
        : this((_, stream, stop) => answer(stream, stop))
    {
    }

    private LocalServer(Func<string, Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _running = RunAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>The paths that were asked for, in order.</summary>
    public string[] Paths
    {
        get
        {
            lock (_paths)
            {
                return [.. _paths];
            }
        }
    }

    /// <summary>Answers with status 200 and a body of the announced length.</summary>
    public static LocalServer Serving(byte[] body) => new((stream, stop) => WriteAsync(stream, body, body.Length, stop));

    /// <summary>Answers with what a function gives for a file name, or with 404.</summary>
    public static LocalServer OfFiles(Func<string, byte[]?> read) => new((path, stream, stop) =>
        read(path[(path.LastIndexOf('/') + 1)..]) is { } body ? WriteAsync(stream, body, body.Length, stop) : WriteStatusAsync(
            stream, 404, stop));

    /// <summary>Answers with a status and no body.</summary>
    public static LocalServer WithStatus(int status) => new((stream, stop) => WriteStatusAsync(stream, status, stop));

    /// <summary>Never answers.</summary>
    public static LocalServer Silent() => new((_, stop) => Task.Delay(Timeout.Infinite, stop));

    /// <summary>Writes status 200 and a body; a null length announces none, so that the body ends with the connection.</summary>
    public static async Task WriteAsync(Stream stream, ReadOnlyMemory<byte> body, long? announcedLength, CancellationToken stop)
    {
        string length = announcedLength is null ? "" : $"Content-Length: {announcedLength}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{length}Connection: close\r\n\r\n"), stop);
        await stream.WriteAsync(body, stop);
        await stream.FlushAsync(stop);
    }

    private static async Task WriteStatusAsync(Stream stream, int status, CancellationToken stop) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), stop);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
            {
                answers.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                string request = await reader.ReadLineAsync(_stop.Token) ?? "";
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
                {
                }

                string path = request.Split(' ') is [_, var asked, ..] ? asked : request;
                lock (_paths)
                {
                    _paths.Add(path);
                }

                await _answer(path, stream, _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client went away, or the test is over.
            }
        }
    }
}
