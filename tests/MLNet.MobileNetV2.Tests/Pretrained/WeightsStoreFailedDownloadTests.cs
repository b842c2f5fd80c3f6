using System.Net.Sockets;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Pretrained;

/// <summary>Downloads that go wrong: each error says how, and nothing stays in the cache.</summary>
public sealed class WeightsStoreFailedDownloadTests : WeightsStoreTestBase
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task DownloadAsync_OtherContent_NamesBothHashes()
    {
        await using LocalServer server = LocalServer.Serving(new byte[Content.Length]);

        WeightsUnavailableException e = await DownloadFailsAsync(StoreOver(server.Address));

        Assert.Contains(RemoteWeights.Sha256, e.Reason, StringComparison.Ordinal);
        Assert.Contains(FileHash.Of(new byte[Content.Length]), e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(199_999L, 199_999, "announces 199,999 bytes; the file has 200,000")]
    [InlineData(200_001L, 200_001, "announces 200,001 bytes; the file has 200,000")]
    [InlineData(null, 199_999, "sent 199,999 bytes; the file has 200,000")]
    [InlineData(null, 0, "sent 0 bytes; the file has 200,000")]
    [InlineData(null, 200_001, "sent more bytes; the file has 200,000")]
    [InlineData(null, 9_000_000, "sent more bytes; the file has 200,000")]
    [InlineData(200_000L, 100_000, "failed")]
    public async Task DownloadAsync_BodyOfAnotherLength_SaysBothLengths(long? announced, int sent, string message)
    {
        byte[] body = new byte[sent];
        Content.AsSpan(0, Math.Min(sent, Content.Length)).CopyTo(body);
        await using var server = new LocalServer((stream, stop) => LocalServer.WriteAsync(stream, body, announced, stop));

        WeightsUnavailableException e = await DownloadFailsAsync(StoreOver(server.Address));

        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WhenNobodyAnswers_IsAnErrorOfFewLines()
    {
        WeightsUnavailableException e = Assert.Throws<WeightsUnavailableException>(
            () => StoreOver(new Uri("http://127.0.0.1:9/")).Load(
                WeightsSource.ImageNet, cancellationToken: TestContext.Current.CancellationToken));

        Assert.IsType<HttpRequestException>(e.InnerException);
        Assert.InRange(e.ToString().Split('\n').Length, 1, 14);
        Assert.Contains($"failed: {new SocketException((int)SocketError.ConnectionRefused).Message}", e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(204)]
    [InlineData(500)]
    public async Task DownloadAsync_StatusOtherThan200_NamesAddressAndStatus(int status)
    {
        await using LocalServer server = LocalServer.WithStatus(status);

        WeightsUnavailableException e = await DownloadFailsAsync(StoreOver(server.Address));

        Assert.Contains($"{server.Address}weights.bin answered with status {status}", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DownloadAsync_MirrorWithPassword_DoesNotShowIt()
    {
        await using LocalServer server = LocalServer.WithStatus(403);
        var mirror = new UriBuilder(server.Address) { UserName = "user", Password = "secret", Query = "key=secret" };

        WeightsUnavailableException e = await DownloadFailsAsync(StoreOver(mirror.Uri));

        Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DownloadAsync_NoServer_Throws()
    {
        Uri address;
        await using (LocalServer server = LocalServer.WithStatus(200))
        {
            address = server.Address;
        }

        WeightsUnavailableException e = await DownloadFailsAsync(StoreOver(address));

        Assert.IsType<HttpRequestException>(e.InnerException);
    }

    [Fact]
    public async Task DownloadAsync_ServerThatDoesNotAnswer_IsGivenUp()
    {
        await using LocalServer server = LocalServer.Silent();

        WeightsUnavailableException e = await DownloadFailsAsync(
            new WeightsStore(Options with { MirrorBaseUrl = server.Address, ConnectTimeout = s_short }));

        Assert.Contains("did not answer within 0.2 seconds", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DownloadAsync_ServerThatStalls_IsGivenUp()
    {
        await using var server = new LocalServer(StallHalfWayAsync);

        WeightsUnavailableException e = await DownloadFailsAsync(
            new WeightsStore(Options with { MirrorBaseUrl = server.Address, StallTimeout = s_short }));

        Assert.Contains("sent nothing for 0.2 seconds", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DownloadAsync_ServerThatNeverEnds_IsGivenUp()
    {
        await using var server = new LocalServer(async (stream, stop) =>
        {
            await LocalServer.WriteAsync(stream, Content.AsMemory(0, 1), Content.Length, stop);
            for (int sent = 1; sent < Content.Length; sent++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
                await stream.WriteAsync(Content.AsMemory(sent, 1), stop);
            }
        });

        WeightsUnavailableException e = await DownloadFailsAsync(
            new WeightsStore(Options with { MirrorBaseUrl = server.Address, DownloadTimeout = TimeSpan.FromSeconds(1) }));

        Assert.Contains("took more than 1 seconds", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DownloadAsync_CancelledHalfWay_LeavesNothing()
    {
        await using var server = new LocalServer(StallHalfWayAsync);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var halfWay = new CancelHalfWay(cancellation, Options.CacheFolder);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => StoreOver(server.Address).DownloadAsync(RemoteWeights, halfWay, cancellation.Token));

        Assert.True(halfWay.FilesThen > 0);
        Assert.Empty(Cached);
    }

    [Fact]
    public async Task GetAsync_CancelledBefore_Throws()
    {
        WriteCached(Content);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await new WeightsStore(Options).GetAsync(RemoteWeights, progress: null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task GetAsync_CacheFolderThatCannotBeWritten_NamesItAndItsVariable()
    {
        await using LocalServer server = LocalServer.Serving(Content);
        string file = OwnPath + ".txt";
        await File.WriteAllTextAsync(file, "not a folder", Cancellation);
        Options = Options with { CacheFolder = Path.Combine(file, "cache") };

        WeightsUnavailableException e = await DownloadFailsAsync(StoreOver(server.Address));

        Assert.Contains($"'{Options.CacheFolder}' cannot be written", e.Reason, StringComparison.Ordinal);
        Assert.Contains("MOBILENETV2_CACHE", e.Reason, StringComparison.Ordinal);
        Assert.Empty(server.Paths);
    }

    [Fact]
    public async Task GetAsync_Offline_AsksNoServerAndNamesEveryWayOut()
    {
        await using LocalServer server = LocalServer.Serving(Content);
        var store = new WeightsStore(Options with { MirrorBaseUrl = server.Address, Offline = true, Folder = OwnPath });

        WeightsUnavailableException e = await Assert.ThrowsAsync<WeightsUnavailableException>(
            () => store.GetAsync(PretrainedModels.ImageNetKeras.WeightsFile!, progress: null, Cancellation));

        Assert.Empty(server.Paths);
        Assert.Equal("tf2_mobilenet_v2_1.0_224_ptq.tflite", e.FileName);
        Assert.Contains($"'{OwnPath}' (which does not exist) or '{Options.CacheFolder}'", e.Reason, StringComparison.Ordinal);
        Assert.All(
            [
                "MOBILENETV2_WEIGHTS",
                "'tf2_mobilenet_v2_1.0_224_ptq.tflite'",
                "MOBILENETV2_OFFLINE",
                "MOBILENETV2_MIRROR",
                "mobilenetv2 weights download imagenet-keras",
                "WeightsSource.Embedded",
                "'embedded'",
            ],
            way => Assert.Contains(way, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task GetAsync_WithAFolderThatDoesNotExist_SaysSoBesideTheFailedDownload()
    {
        await using LocalServer server = LocalServer.WithStatus(503);
        var store = new WeightsStore(Options with { MirrorBaseUrl = server.Address, Folder = OwnPath });

        WeightsUnavailableException e = await Assert.ThrowsAsync<WeightsUnavailableException>(
            () => store.GetAsync(RemoteWeights, progress: null, Cancellation));

        Assert.Contains($"'{OwnPath}' (which does not exist)", e.Reason, StringComparison.Ordinal);
        Assert.Contains("answered with status 503", e.Reason, StringComparison.Ordinal);
    }

    private Task StallHalfWayAsync(Stream stream, CancellationToken stop) => Task.WhenAll(
        LocalServer.WriteAsync(stream, Content.AsMemory(0, 100_000), Content.Length, stop), Task.Delay(Timeout.Infinite, stop));

    /// <summary>Cancels when the first bytes are there, and counts the files in the cache folder then.</summary>
    private sealed class CancelHalfWay(CancellationTokenSource cancellation, string folder) : IProgress<DownloadProgress>
    {
        public int FilesThen { get; private set; }

        public void Report(DownloadProgress value)
        {
            if (value.BytesReceived > 0)
            {
                FilesThen = Directory.GetFiles(folder).Length;
                cancellation.Cancel();
            }
        }
    }
}
