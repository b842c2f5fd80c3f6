using MLNet.MobileNetV2.FeatureCache;
using MLNet.MobileNetV2.Tests.FeatureFiles;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FeatureCache;

/// <summary>Many small writes do not make many small files, nor a look at every file after each of them.</summary>
public sealed class FeatureCacheUpkeepTests : IDisposable
{
    private const int Count = 5;

    private static readonly FeatureOrigin s_origin = TestFeatures.Origin(Count);

    private readonly TempFolder _folder = new();

    private FeatureCacheOptions Options => new() { Folder = _folder.Path };

    private string[] Parts => Directory.GetFiles(_folder.Path, "*.features", SearchOption.AllDirectories);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Writes_OfOneRow_AreJoined_AndEveryRowIsFoundMeanwhileAndAfter()
    {
        var cache = new FolderFeatureCache(Options, s_origin);
        for (int number = 0; number < 500; number++)
        {
            Write(cache, number);
            Assert.InRange(Parts.Length, 1, PartMerge.Threshold + 5);
        }

        Assert.Equal(500, Found(cache, 500));
        Assert.Equal(500, Found(new FolderFeatureCache(Options, s_origin), 500));
        Assert.Equal(1, cache.Looks);
    }

    [Fact]
    public void SmallParts_OfEarlierRuns_AreJoinedWhenTheCacheIsOpened()
    {
        WriteInTurn(600, runs: 40);
        Assert.Equal(40, Parts.Length);

        var cache = new FolderFeatureCache(Options, s_origin);

        Assert.Equal(3, Parts.Length);
        Assert.Equal(600, Found(cache, 600));
    }

    [Fact]
    public void FewSmallParts_StayAsTheyAre()
    {
        WriteInTurn(31, runs: 31);
        string[] before = Parts;

        Assert.Equal(31, Found(new FolderFeatureCache(Options, s_origin), 31));
        Assert.Equal(before, Parts);
    }

    [Fact]
    public void Parts_JoinedByAnotherProcess_AreFoundAgain()
    {
        WriteInTurn(40, runs: 20);
        var before = new FolderFeatureCache(Options, s_origin);
        WriteInTurn(70, runs: 15, first: 40);
        var other = new FolderFeatureCache(Options, s_origin);
        Assert.Single(Parts);

        Assert.Equal(40, Found(before, 40));
        Assert.Equal(70, Found(other, 70));
    }

    [Fact]
    public void Rows_ThatAreThereTwiceOrDamaged_AreKeptOnceOrNotAtAll()
    {
        // As a process leaves it that is killed after joining and before deleting.
        WriteInTurn(40, runs: 20);
        foreach (string part in Parts)
        {
            File.Copy(part, Path.Combine(Path.GetDirectoryName(part)!, CachePart.NewName()));
        }

        string damaged = Parts.First(part => new FileInfo(part).Length == CachePart.LengthOf(2, Count));
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[^1] ^= 1;
        File.WriteAllBytes(damaged, bytes);

        var cache = new FolderFeatureCache(Options, s_origin);

        Assert.Equal(CachePart.LengthOf(40, Count), new FileInfo(Assert.Single(Parts)).Length);
        Assert.Equal(40, Found(cache, 40));
    }

    [Fact]
    public void Merge_WhileAnotherProcessIsAtIt_LeavesThePartsToIt()
    {
        WriteInTurn(40, runs: 40);
        string folder = Path.GetDirectoryName(Parts[0])!;
        using (new FileStream(Path.Combine(folder, "merge.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal(40, Found(new FolderFeatureCache(Options, s_origin), 40));
            Assert.Equal(40, Parts.Length);
        }

        Assert.Equal(40, Found(new FolderFeatureCache(Options, s_origin), 40));
        Assert.Single(Parts);
    }

    [Fact]
    public void Merge_KeepsTheTimeOfTheNewestPart()
    {
        WriteInTurn(40, runs: 40);
        DateTime time = DateTime.UtcNow.AddDays(-3);
        foreach ((int index, string part) in Parts.Index())
        {
            File.SetLastWriteTimeUtc(part, time.AddMinutes(-index));
        }

        _ = new FolderFeatureCache(Options, s_origin);

        Assert.Equal(time, File.GetLastWriteTimeUtc(Assert.Single(Parts)), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void ManyCaches_AtOnceInOneFolder_LoseNothing()
    {
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, process =>
        {
            var cache = new FolderFeatureCache(Options, s_origin);
            for (int number = process * 50; number < (process * 50) + 50; number++)
            {
                Write(cache, number);
            }
        });

        Assert.Equal(400, Found(new FolderFeatureCache(Options, s_origin), 400));
        Assert.InRange(Parts.Length, 1, 8 * PartMerge.Threshold);
    }

    [Fact]
    public void TheSmallestCache_KeepsPictures_AndLooksAtItsFilesSeldom()
    {
        const int Features = 1280;
        FeatureOrigin origin = TestFeatures.Origin(Features);
        var cache = new FolderFeatureCache(Options with { MaxBytes = 1024 * 1024 }, origin);
        float[] features = new float[Features];
        for (int number = 0; number < 3000; number++)
        {
            cache.Add(Key(number), features);
        }

        cache.Flush();

        Assert.InRange(Parts.Sum(part => new FileInfo(part).Length), 700_000, 1024 * 1024);
        var again = new FolderFeatureCache(Options with { MaxBytes = 1024 * 1024 }, origin);
        Assert.InRange(Enumerable.Range(0, 3000).Count(number => again.TryGet(Key(number), features)), 130, 204);
        Assert.True(again.TryGet(Key(2999), features));
    }

    [Fact]
    public void Writes_AtTheBound_LookAtTheFilesOnceInAWhile()
    {
        const int Features = 256;
        var cache = new FolderFeatureCache(Options with { MaxBytes = 1024 * 1024, RowsPerPart = 4 }, TestFeatures.Origin(Features));
        for (int number = 0; number < 4000; number++)
        {
            cache.Add(Key(number), new float[Features]);
        }

        // 1000 parts of 4 KB; a sixteenth of the bound is 15 of them.
        Assert.InRange(cache.Looks, 20, 80);
        Assert.InRange(Parts.Sum(part => new FileInfo(part).Length), 900_000, 1024 * 1024);
    }

    [Fact]
    public void Open_WithABoundBelowOnePicture_SaysWhatIsNeeded()
    {
        FeatureOrigin map = TestFeatures.Origin(300_000);

        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => new FolderFeatureCache(Options with { MaxBytes = 1024 * 1024 }, map));

        Assert.Contains($"MaxBytes must be {CachePart.LengthOf(1, 300_000)} or more", error.Message, StringComparison.Ordinal);
        var smallest = new FolderFeatureCache(Options with { MaxBytes = CachePart.LengthOf(1, 300_000) }, map);
        smallest.Add(Key(1), new float[300_000]);
        Assert.Equal(CachePart.LengthOf(1, 300_000), new FileInfo(Assert.Single(Parts)).Length);
    }

    // As many processes one after another write, each a part; a cache that is opened joins those before, so parts are written by hand.
    private void WriteInTurn(int rows, int runs, int first = 0)
    {
        var cache = new FolderFeatureCache(Options with { Folder = _folder.Path }, s_origin);
        string folder = Directory.GetDirectories(_folder.Path).Single();
        byte[] hash = HashOf(cache, folder);
        for (int run = 0; run < runs; run++)
        {
            int[] numbers = [.. Enumerable.Range(first, rows - first).Where(number => number % runs == run)];
            CachePart.Write(
                Path.Combine(folder, CachePart.NewName()),
                hash,
                [.. numbers.Select(Key)],
                [.. numbers.SelectMany(number => TestFeatures.Row(number, Count).Values)]);
        }
    }

    private byte[] HashOf(FolderFeatureCache cache, string folder)
    {
        // The header of any part has it.
        string[] before = Parts;
        if (before.Length == 0)
        {
            Write(cache, -1);
        }

        byte[] hash = File.ReadAllBytes(Parts[0])[16..48];
        if (before.Length == 0)
        {
            File.Delete(Parts[0]);
        }

        Assert.StartsWith(Path.GetFileName(folder), Convert.ToHexStringLower(hash), StringComparison.Ordinal);
        return hash;
    }

    private static void Write(FolderFeatureCache cache, int number)
    {
        cache.Add(Key(number), TestFeatures.Row(number, Count).Values);
        cache.Flush();
    }

    private static int Found(FolderFeatureCache cache, int count) => Enumerable.Range(0, count).Count(number =>
    {
        float[] features = new float[Count];
        bool isThere = cache.TryGet(Key(number), features);
        Assert.True(!isThere || features.AsSpan().SequenceEqual(TestFeatures.Row(number, Count).Values));
        return isThere;
    });

    private static PictureKey Key(int number) => PictureKey.OfContent(BitConverter.GetBytes(number));
}
