using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Pretrained;

/// <summary>One download: streamed to a temporary file, checked, then moved to its place. Nothing stays behind on failure.</summary>
internal sealed class FileDownload(
    RemoteFile file, Uri address, WeightsStoreOptions options, TimeSpan connectTimeout, IProgress<DownloadProgress>? progress)
{
    private const int BufferLength = 81_920;
    private const int MaxRedirections = 5;

    private Exception? _progressError;

    private string Shown => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>Downloads to <paramref name="path"/>.</summary>
    /// <exception cref="WeightsUnavailableException">The server cannot be reached, stalls, or sends another file.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task RunAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using AtomicFile target = Create(path);
            await DownloadAsync(target.Stream, cancellationToken).ConfigureAwait(false);
            Commit(target, path);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException && e != _progressError)
        {
            throw Unavailable($"the download from {Shown} failed: {Reason(e)}.", Short(e));
        }
    }

    private async Task DownloadAsync(FileStream target, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { ConnectTimeout = connectTimeout, MaxAutomaticRedirections = MaxRedirections };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var total = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(total.Token);
        total.CancelAfter(options.DownloadTimeout);
        string stalled = $"{Shown} did not answer within {connectTimeout.TotalSeconds} seconds.";
        try
        {
            time.CancelAfter(connectTimeout);
            using HttpResponseMessage response =
                await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, time.Token).ConfigureAwait(false);
            CheckHead(response);
            stalled = $"{Shown} sent nothing for {options.StallTimeout.TotalSeconds} seconds.";
            Stream body = await response.Content.ReadAsStreamAsync(time.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                await CopyAsync(body, target, time).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested && e != _progressError)
        {
            throw Unavailable(
                total.IsCancellationRequested ? $"{Shown} took more than {options.DownloadTimeout.TotalSeconds} seconds." : stalled, e);
        }
    }

    private void CheckHead(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw Unavailable($"{Shown} answered with status {(int)response.StatusCode}.");
        }

        if (response.Content.Headers.ContentLength is { } length && length != file.Length)
        {
            throw Unavailable($"{Shown} announces {length:N0} bytes; the file has {file.Length:N0}.");
        }
    }

    private async Task CopyAsync(Stream body, FileStream target, CancellationTokenSource time)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            long received = 0;
            Report(received);
            while (true)
            {
                time.CancelAfter(options.StallTimeout);
                int count = await body.ReadAsync(buffer, time.Token).ConfigureAwait(false);
                received += count;
                if (received > file.Length || (count == 0 && received < file.Length))
                {
                    throw Unavailable($"{Shown} sent {(count == 0 ? $"{received:N0}" : "more")} bytes; the file has {file.Length:N0}.");
                }

                if (count == 0)
                {
                    break;
                }

                hash.AppendData(buffer, 0, count);
                await target.WriteAsync(buffer.AsMemory(0, count), time.Token).ConfigureAwait(false);
                Report(received);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        string sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!FileHash.AreEqual(sha256, file.Sha256))
        {
            throw Unavailable($"{Shown} sent a file with the SHA-256 {sha256}; {file.Sha256} is expected.");
        }
    }

    // An exception of the caller's progress goes to the caller; it is not a failure of the download.
    private void Report(long received)
    {
        try
        {
            progress?.Report(new(file.FileName, received, file.Length));
        }
        catch (Exception e)
        {
            _progressError = e;
            throw;
        }
    }

    private AtomicFile Create(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        try
        {
            Directory.CreateDirectory(folder);
            return new(path, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(
                $"the cache folder '{folder}' cannot be written ({e.Message}); set {WeightsStoreOptions.CacheVariable} to another one.", e);
        }
    }

    // Another process may have put the same file there and be reading it, which keeps Windows from replacing it.
    private void Commit(AtomicFile target, string path)
    {
        try
        {
            target.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            && File.Exists(path) && FileHash.AreEqual(FileHash.Of(path), file.Sha256))
        {
        }
    }

    // For some failures, such as TLS, .NET's outer message only points to the inner one.
    private static string Reason(Exception error)
    {
        string cause = MachineFailure.Cause(error).Message.TrimEnd('.');
        bool hidesCause = error.Message.Contains("inner exception", StringComparison.Ordinal)
            && !error.Message.Contains(cause, StringComparison.Ordinal);
        return hidesCause ? cause : error.Message.TrimEnd('.');
    }

    // The 40 lines of HttpClient's own stack are of no use, and a console program prints them all.
    private static Exception Short(Exception error) =>
        error is HttpRequestException http ? new HttpRequestException(http.HttpRequestError, Reason(http), null, http.StatusCode) : error;

    private WeightsUnavailableException Unavailable(string reason, Exception? cause = null) => new(file.FileName, reason, cause);
}

/// <summary>A file that can be downloaded, known to the byte. Immutable and thread-safe.</summary>
internal sealed record RemoteFile(string FileName, Uri Url, long Length, string Sha256);
