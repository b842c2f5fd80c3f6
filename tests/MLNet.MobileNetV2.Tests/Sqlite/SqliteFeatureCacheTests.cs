using System.Security.Cryptography;
using MLNet.MobileNetV2.Tests.FeatureCache;
using MLNet.MobileNetV2.Tests.Parquet;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Sqlite;

/// <summary>What lies in a cache's folder: found again, bounded, shared, and worthless where it is damaged.</summary>
[Collection(typeof(WorkingFolder))]
public sealed class SqliteFeatureCacheTests : IDisposable
{
    private const int Count = 1024;

    private readonly CacheBench _bench = new();
    private readonly List<Exception> _errors = [];

    private string Folder => _bench.PathOf("cache");

    private string Database => Path.Combine(Folder, "features.v1.sqlite");

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    public void Featurize_WithACacheThatWasClosed_FindsEveryPicture(int workers, int batch)
    {
        string[] paths = _bench.Paint(30);
        Featurize(paths[..10]);

        CacheBench.Run run = Featurize(paths, options => options.With(its => its.ThreadCount, workers).With(its => its.BatchSize, batch));

        Assert.Equal(10, run.Hits);
        Assert.InRange(Photos.MaxDifference(_bench.Expected(paths), run.Features), 0, 1e-5);
        Assert.Equal(["features.v1.sqlite"], Directory.GetFiles(Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Add_BeforeFlush_IsFoundByThisCache_AndAfterItByOthers()
    {
        using var cache = new SqliteFeatureCache(Folder);
        using var other = new SqliteFeatureCache(Folder);
        Add(cache, 1);

        Assert.Equal([1], Found(cache, 3));
        Assert.Empty(Found(other, 3));
        cache.Flush();
        Assert.Equal([1], Found(cache, 3));
        Assert.Equal([1], Found(other, 3));
        Assert.False(cache.TryGet(Key(1), new float[Count - 1]));
    }

    [Fact]
    public void Add_OfAKeyThatIsThere_ReplacesItsFeatures()
    {
        using var cache = new SqliteFeatureCache(Folder);
        Add(cache, 1);
        cache.Flush();
        cache.Add(Key(1), [1, 2, 3]);
        cache.Flush();
        float[] features = new float[3];

        Assert.True(cache.TryGet(Key(1), features));
        Assert.Equal([1, 2, 3], features);
    }

    [Fact]
    public void Database_AboveItsBound_LosesWhatWasWrittenFirst()
    {
        const int Rows = 600;
        using (var cache = new SqliteFeatureCache(Folder, 1024 * 1024))
        {
            for (int number = 0; number < Rows; number++)
            {
                Add(cache, number);
            }
        }

        Assert.InRange(new FileInfo(Database).Length, 800_000, 1024 * 1024);
        using var again = new SqliteFeatureCache(Folder, 1024 * 1024);
        int[] found = Found(again, Rows);
        Assert.InRange(found.Length, 150, 250);
        Assert.Equal(Enumerable.Range(Rows - found.Length, found.Length), found);
    }

    [Fact]
    public void Bound_ThatIsLowered_HoldsFromTheNextOpeningOn()
    {
        Fill(1000);
        Assert.InRange(new FileInfo(Database).Length, 4_000_000, 8_000_000);

        using (var smaller = new SqliteFeatureCache(Folder, 2 * 1024 * 1024))
        {
            Assert.Contains(999, Found(smaller, 1000));
        }

        Assert.InRange(new FileInfo(Database).Length, 1_500_000, 2 * 1024 * 1024);
    }

    [Fact]
    public void ManyCaches_AtOnceInOneFolder_LoseNothing()
    {
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, process =>
        {
            using var cache = new SqliteFeatureCache(Folder, failed: _errors.Add);
            for (int number = process * 50; number < (process * 50) + 50; number++)
            {
                Add(cache, number);
                if (number % 10 == 0)
                {
                    cache.Flush();
                }
            }
        });

        using var again = new SqliteFeatureCache(Folder);
        Assert.Equal(400, Found(again, 400).Length);
        Assert.Empty(_errors);
    }

    [Fact]
    public void Database_DamagedOrCutAnywhere_GivesNothingWrong()
    {
        Fill(20);
        byte[] file = File.ReadAllBytes(Database);
        var random = new Random(7);
        int found = 0;
        for (int round = 0; round < 400; round++)
        {
            byte[] damaged = [.. file];
            int position = random.Next(file.Length);
            damaged.AsSpan(position, Math.Min(1 << random.Next(12), file.Length - position)).Fill((byte)random.Next(256));
            File.WriteAllBytes(Database, round % 4 == 0 ? file[..position] : damaged);
            using var cache = new SqliteFeatureCache(Folder, failed: _errors.Add);
            found += Found(cache, 20).Length;
            Add(cache, 3);
        }

        Assert.InRange(found, 400, 400 * 20);
        Assert.NotEmpty(_errors);
        Assert.All(_errors, error => Assert.Contains(Folder, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Featurize_WithADamagedCache_SaysSoOnceAndCostsNoFeatures()
    {
        string[] paths = _bench.Paint(3);
        Featurize(paths);
        File.WriteAllBytes(Database, [.. "no database"u8, .. new byte[10_000]]);

        CacheBench.Run run = Featurize(paths);

        Assert.Equal(0, run.Hits);
        Assert.Equal(_bench.Expected(paths), run.Features);
        Assert.Contains($"'{Folder}' is damaged; delete the folder", Assert.Single(_errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_ThatVanishesMeanwhile_IsToldOnceAndBreaksNothing()
    {
        using var cache = new SqliteFeatureCache(Folder, failed: _errors.Add);
        Add(cache, 1);
        cache.Flush();
        Directory.Delete(Folder, recursive: true);
        Add(cache, 2);
        cache.Flush();
        Add(cache, 3);
        cache.Flush();

        Assert.Empty(Found(cache, 4));
        Assert.InRange(_errors.Count, 1, 2);
    }

    [Fact]
    public void Open_OnAFolderThatIsAFile_Throws()
    {
        File.WriteAllText(Folder, "a file");

        Assert.Contains(Folder, Assert.ThrowsAny<IOException>(() => new SqliteFeatureCache(Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OnADatabaseThatIsAFolder_Throws()
    {
        Directory.CreateDirectory(Database);

        Assert.Contains(
            $"'{Folder}' cannot be used",
            Assert.ThrowsAny<IOException>(() => new SqliteFeatureCache(Folder)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Bounds_ThatCannotBe_AreNamedWithWhatIsAllowed()
    {
        Assert.ThrowsAny<ArgumentException>(() => new SqliteFeatureCache(" "));
        Assert.Contains(
            "maxBytes is 1048575; it must be at least 1048576",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SqliteFeatureCache(Folder, (1024 * 1024) - 1)).Message,
            StringComparison.Ordinal);
        using var cache = new SqliteFeatureCache(Folder, 1024 * 1024);
        Assert.Contains(
            "the cache has room for 1048576",
            Assert.Throws<ArgumentOutOfRangeException>(() => cache.Add(Key(1), new float[300_000])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Cache_OfARelativeFolder_StaysThere_AfterTheCurrentFolderChanged()
    {
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = Directory.CreateDirectory(_bench.PathOf("work")).FullName;
        try
        {
            using var cache = new SqliteFeatureCache("cache");
            Environment.CurrentDirectory = before;
            Add(cache, 1);
            cache.Flush();
            Assert.Equal([1], Found(cache, 2));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        Assert.True(File.Exists(_bench.PathOf("work/cache/features.v1.sqlite")));
    }

    private static byte[] Key(int number) => SHA256.HashData(BitConverter.GetBytes(number));

    private static void Add(SqliteFeatureCache cache, int number) => cache.Add(Key(number), TestFeatures.Row(number, Count).Values);

    private static int[] Found(SqliteFeatureCache cache, int count) => [.. Enumerable.Range(0, count).Where(number =>
    {
        float[] features = new float[Count];
        bool isThere = cache.TryGet(Key(number), features);
        Assert.True(!isThere || features.AsSpan().SequenceEqual(TestFeatures.Row(number, Count).Values));
        return isThere;
    })];

    private void Fill(int rows)
    {
        using var cache = new SqliteFeatureCache(Folder);
        for (int number = 0; number < rows; number++)
        {
            Add(cache, number);
        }
    }

    private CacheBench.Run Featurize(string[] paths, Func<MobileNetV2FeaturizerOptions, MobileNetV2FeaturizerOptions>? change = null)
    {
        using var cache = new SqliteFeatureCache(Folder, failed: _errors.Add);
        return _bench.Featurize(paths, options => (change?.Invoke(options) ?? options).With(its => its.Cache, cache));
    }
}
