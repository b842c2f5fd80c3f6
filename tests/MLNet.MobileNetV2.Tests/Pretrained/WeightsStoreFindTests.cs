using MLNet.MobileNetV2.Pretrained;

namespace MLNet.MobileNetV2.Tests.Pretrained;

public sealed class WeightsStoreFindTests : WeightsStoreTestBase
{
    [Fact]
    public void Find_NothingThere_IsNull() => Assert.Null(new WeightsStore(Options).Find(RemoteWeights));

    [Fact]
    public void Find_InBothFolders_TakesTheUsersOwn()
    {
        File.WriteAllBytes(OwnPath, Content);
        WriteCached(Content);

        Assert.Equal(OwnPath, new WeightsStore(Options).Find(RemoteWeights));
    }

    [Fact]
    public void Find_InTheCacheAlone_TakesThat()
    {
        WriteCached(Content);

        Assert.Equal(CachedPath, new WeightsStore(Options).Find(RemoteWeights));
        Assert.Equal(CachedPath, new WeightsStore(Options with { Folder = null }).Find(RemoteWeights));
    }

    [Fact]
    public void Find_HashInUpperCase_IsTheSame()
    {
        WriteCached(Content);

        Assert.NotNull(new WeightsStore(Options).Find(RemoteWeights with { Sha256 = RemoteWeights.Sha256.ToUpperInvariant() }));
    }

    [Fact]
    public void Find_OtherFileInTheUsersFolder_ThrowsNamingFileAndBothHashes()
    {
        File.WriteAllBytes(OwnPath, [1, 2, 3]);
        WriteCached(Content);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => new WeightsStore(Options).Find(RemoteWeights));

        Assert.Contains(OwnPath, e.Message, StringComparison.Ordinal);
        Assert.Contains("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81", e.Reason, StringComparison.Ordinal);
        Assert.Contains(RemoteWeights.Sha256, e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_DamagedFileInTheCache_IsNull()
    {
        Content[199_999] ^= 1;
        WriteCached(Content);

        Assert.Null(new WeightsStore(Options).Find(RemoteWeights));
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("a\\b")]
    [InlineData("..")]
    [InlineData("")]
    public async Task FindAndDownload_NameWithAPath_Throws(string name)
    {
        var store = new WeightsStore(Options);
        RemoteFile file = RemoteWeights with { FileName = name };

        Assert.Throws<ArgumentException>(() => store.Find(file));
        await Assert.ThrowsAsync<ArgumentException>(() => store.DownloadAsync(file, progress: null, Cancellation));
    }
}
