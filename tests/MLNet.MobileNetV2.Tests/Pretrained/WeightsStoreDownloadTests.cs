using System.Collections.Concurrent;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Pretrained;

public sealed class WeightsStoreDownloadTests : WeightsStoreTestBase
{
    [Fact]
    public async Task GetAsync_NotAtHand_DownloadsFromTheFilesAddressWithProgress()
    {
        await using LocalServer server = LocalServer.Serving(Content);
        var reports = new ConcurrentQueue<DownloadProgress>();
        var progress = new DirectProgress<DownloadProgress>(reports.Enqueue);
        RemoteFile file = RemoteWeights with { Url = new Uri(server.Address, "data/file.bin?x=1") };

        string path = await new WeightsStore(Options).GetAsync(file, progress, Cancellation);

        Assert.Equal(CachedPath, path);
        Assert.Equal(Content, await File.ReadAllBytesAsync(path, Cancellation));
        Assert.Equal(["weights.bin"], Cached);
        Assert.Equal(["/data/file.bin?x=1"], server.Paths);
        Assert.Equivalent(new DownloadProgress("weights.bin", 0, 200_000), reports.First());
        Assert.Equivalent(new DownloadProgress("weights.bin", 200_000, 200_000), reports.Last());
        Assert.Equal(reports.OrderBy(report => report.BytesReceived), reports);
    }

    [Fact]
    public async Task GetAsync_WhoseProgressThrows_ThrowsThatAndNothingElse()
    {
        await using LocalServer server = LocalServer.Serving(Content);
        WeightsStore store = StoreOver(server.Address);

        // An error of the connection's kind, and the usual way to stop, from the caller's own code.
        foreach (Exception own in new Exception[] { new IOException("The pipe is closed."), new OperationCanceledException("Enough.") })
        {
            var progress = new DirectProgress<DownloadProgress>(_ => throw own);

            Assert.Same(own, await Record.ExceptionAsync(() => store.GetAsync(RemoteWeights, progress, Cancellation)));
            Assert.Empty(Cached);
        }
    }

    [Fact]
    public async Task GetAsync_AtHand_AsksNoServer()
    {
        await using LocalServer server = LocalServer.Serving(Content);
        WriteCached(Content);

        Assert.Equal(CachedPath, await StoreOver(server.Address).GetAsync(RemoteWeights, progress: null, Cancellation));
        Assert.Empty(server.Paths);
    }

    [Fact]
    public async Task GetAsync_DamagedFileInTheCache_IsReplaced()
    {
        await using LocalServer server = LocalServer.Serving(Content);
        WriteCached([1, 2, 3]);

        string path = await StoreOver(server.Address).GetAsync(RemoteWeights, progress: null, Cancellation);

        Assert.Equal(Content, await File.ReadAllBytesAsync(path, Cancellation));
        Assert.Equal(["weights.bin"], Cached);
    }

    [Fact]
    public async Task DownloadAsync_AtHand_DownloadsAgain()
    {
        await using LocalServer server = LocalServer.Serving(Content);
        WriteCached(Content);

        await StoreOver(server.Address).DownloadAsync(RemoteWeights, progress: null, Cancellation);

        Assert.Single(server.Paths);
    }

    [Theory]
    [InlineData("", "/weights.bin")]
    [InlineData("some/folder", "/some/folder/weights.bin")]
    [InlineData("some/folder/", "/some/folder/weights.bin")]
    [InlineData("folder?key=1", "/folder/weights.bin?key=1")]
    public async Task GetAsync_Mirror_IsAskedForTheFileName(string mirrorPath, string expected)
    {
        await using LocalServer server = LocalServer.Serving(Content);

        await StoreOver(new Uri(server.Address, mirrorPath)).GetAsync(RemoteWeights, progress: null, Cancellation);

        Assert.Equal([expected], server.Paths);
    }

    [Fact]
    public async Task GetAsync_TwiceAtOnce_BothGetTheWholeFile()
    {
        await using LocalServer server = LocalServer.Serving(Content);
        WeightsStore store = StoreOver(server.Address);

        string[] paths = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => store.GetAsync(RemoteWeights, progress: null, Cancellation)));

        Assert.Equal([CachedPath, CachedPath], paths);
        Assert.Equal(Content, await File.ReadAllBytesAsync(CachedPath, Cancellation));
        Assert.Equal(["weights.bin"], Cached);
    }

    [Fact]
    public async Task GetAsync_BodyWithoutAnAnnouncedLength_IsAccepted()
    {
        await using var server = new LocalServer((stream, stop) => LocalServer.WriteAsync(stream, Content, announcedLength: null, stop));

        await StoreOver(server.Address).GetAsync(RemoteWeights, progress: null, Cancellation);

        Assert.Equal(["weights.bin"], Cached);
    }

    [Fact]
    public async Task GetAsync_SlowServerThatNeverStalls_IsWaitedForBeyondTheConnectTimeout()
    {
        await using var server = new LocalServer(async (stream, stop) =>
        {
            await LocalServer.WriteAsync(stream, Content.AsMemory(0, 50_000), Content.Length, stop);
            for (int start = 50_000; start < Content.Length; start += 50_000)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(700), stop);
                await stream.WriteAsync(Content.AsMemory(start, 50_000), stop);
            }
        });
        var store = new WeightsStore(Options with { MirrorBaseUrl = server.Address, ConnectTimeout = TimeSpan.FromSeconds(2) });

        await store.GetAsync(RemoteWeights, progress: null, Cancellation);

        Assert.Equal(["weights.bin"], Cached);
    }
}
