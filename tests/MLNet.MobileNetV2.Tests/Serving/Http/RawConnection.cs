using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MLNet.MobileNetV2.Tests.Serving.Http;

/// <summary>An HTTP connection that sends what no client library would.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client;

    private RawConnection(TcpClient client) => _client = client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Connects and sends a text.</summary>
    public static async Task<RawConnection> OpenAsync(int port, string text)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Token);
        var connection = new RawConnection(client);
        await connection.SendAsync(Encoding.ASCII.GetBytes(text));
        return connection;
    }

    /// <summary>Connects and sends the head of a request to predict a JPEG.</summary>
    /// <param name="port">The service's port.</param>
    /// <param name="headers">Further headers, one each.</param>
    public static Task<RawConnection> PostAsync(int port, params string[] headers) => OpenAsync(
        port, string.Join("\r\n", ["POST /predict HTTP/1.1", "Host: localhost", "Content-Type: image/jpeg", .. headers, "", ""]));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _client.GetStream().WriteAsync(bytes, Token);

    /// <summary>Sends one chunk of a body in chunks.</summary>
    public async Task SendChunkAsync(byte[] bytes) =>
        await SendAsync((byte[])[.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8]);

    /// <summary>Reads the next answer's head.</summary>
    /// <returns>Its status code and its lines.</returns>
    public async Task<(int Status, string Head)> ReadHeadAsync()
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await _client.GetStream().ReadExactlyAsync(one, Token);
            head.Append((char)one[0]);
        }

        return (int.Parse(head.ToString().Split(' ')[1], CultureInfo.InvariantCulture), head.ToString());
    }

    public void Dispose() => _client.Dispose();
}
