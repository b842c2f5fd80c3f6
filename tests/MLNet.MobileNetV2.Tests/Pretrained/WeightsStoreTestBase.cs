using System.Security.Cryptography;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Pretrained;

/// <summary>A store over empty folders, and a file of 200,000 bytes.</summary>
public abstract class WeightsStoreTestBase : IDisposable
{
    private readonly TempFolder _own = new();
    private readonly TempFolder _cache = new();

    protected WeightsStoreTestBase()
    {
        new Random(11).NextBytes(Content);
        RemoteWeights = new(
            "weights.bin", new Uri("http://127.0.0.1:9/nothing"), Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)));
        Options = new() { Folder = _own.Path, CacheFolder = Path.Combine(_cache.Path, "nested", "cache") };
    }

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected byte[] Content { get; } = new byte[200_000];

    private protected RemoteFile RemoteWeights { get; }

    protected WeightsStoreOptions Options { get; set; }

    protected string OwnPath => _own.File(RemoteWeights.FileName);

    protected string CachedPath => Path.Combine(Options.CacheFolder, RemoteWeights.FileName);

    /// <summary>Names of the files in the cache folder.</summary>
    protected string[] Cached =>
        Directory.Exists(
            Options.CacheFolder) ? [.. Directory.EnumerateFileSystemEntries(Options.CacheFolder).Select(
                path => Path.GetFileName(path))] : [];

    public void Dispose()
    {
        _own.Dispose();
        _cache.Dispose();
        GC.SuppressFinalize(this);
    }

    protected WeightsStore StoreOver(Uri mirror) => new(Options with { MirrorBaseUrl = mirror });

    protected void WriteCached(byte[] content)
    {
        Directory.CreateDirectory(Options.CacheFolder);
        File.WriteAllBytes(CachedPath, content);
    }

    protected async Task<WeightsUnavailableException> DownloadFailsAsync(WeightsStore store)
    {
        WeightsUnavailableException e = await Assert.ThrowsAsync<WeightsUnavailableException>(
            () => store.DownloadAsync(RemoteWeights, progress: null, Cancellation));
        Assert.Empty(Cached);
        return e;
    }
}
