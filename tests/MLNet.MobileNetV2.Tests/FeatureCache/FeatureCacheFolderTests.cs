using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.FeatureCache;
using MLNet.MobileNetV2.Tests.FeatureFiles;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FeatureCache;

/// <summary>What lies in a cache's folder: bounded, never changed, and worthless where it is damaged.</summary>
public sealed class FeatureCacheFolderTests : IDisposable
{
    private readonly CacheBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Parts_HaveTheRowsOfTheOption_AndTheRestAtTheEnd()
    {
        string[] paths = _bench.Paint(10);

        _bench.Featurize(paths, options => options.With(its => its.Cache, options.Cache! with { RowsPerPart = 4 }));

        int row = CachePart.RowLengthOf(CacheBench.Weights.FeatureCount) + PictureKey.Length;
        Assert.Equal([2, 4, 4], _bench.Parts.Select(part => new FileInfo(part).Length / row).Order());
    }

    [Fact]
    public void Parts_AreNeverChanged()
    {
        string[] paths = _bench.Paint(6);
        _bench.Featurize(paths[..3]);
        string part = Assert.Single(_bench.Parts);
        byte[] before = File.ReadAllBytes(part);

        _bench.Featurize(paths);

        Assert.Equal(2, _bench.Parts.Length);
        Assert.Equal(before, File.ReadAllBytes(part));
    }

    [Fact]
    public void Folder_AboveItsBound_LosesWhatWasWrittenFirst()
    {
        const int Count = 1024;
        var options = new FeatureCacheOptions { Folder = _bench.Cache, MaxBytes = 1024 * 1024, RowsPerPart = 16 };
        FeatureOrigin origin = TestFeatures.Origin(Count);
        Directory.CreateDirectory(Path.Combine(_bench.Cache, "photos"));
        File.WriteAllBytes(Path.Combine(_bench.Cache, "photos", "large.features"), new byte[2 * 1024 * 1024]);
        var cache = new FolderFeatureCache(options, origin);
        DateTime time = DateTime.UtcNow.AddDays(-1);
        for (int number = 0; number < 30 * 16; number++)
        {
            cache.Add(Key(number), new float[Count]);
            foreach (string part in Own().Where(part => File.GetLastWriteTimeUtc(part) > time.AddHours(12)))
            {
                // One part a second, whatever the clock's resolution.
                time = time.AddSeconds(1);
                File.SetLastWriteTimeUtc(part, time);
            }
        }

        Assert.InRange(Own().Sum(part => new FileInfo(part).Length), 900_000, 1024 * 1024);
        var again = new FolderFeatureCache(options, origin);
        float[] features = new float[Count];
        bool[] found = [.. Enumerable.Range(0, 30 * 16).Select(number => again.TryGet(Key(number), features))];
        int first = Array.IndexOf(found, true);
        Assert.InRange(first, 1, 30 * 16);
        Assert.All(found[first..], Assert.True);
        Assert.True(File.Exists(Path.Combine(_bench.Cache, "photos", "large.features")));

        var smaller = new FolderFeatureCache(options with { Folder = _bench.Cache }, TestFeatures.Origin());
        Assert.False(smaller.TryGet(Key(0), new float[5]));

        string[] Own() => [.. _bench.Parts.Where(part => !part.Contains("photos", StringComparison.Ordinal))];
    }

    [Fact]
    public void Bound_ThatIsLowered_HoldsFromTheNextFitOn()
    {
        var options = new FeatureCacheOptions { Folder = _bench.Cache, RowsPerPart = 100 };
        FeatureOrigin origin = TestFeatures.Origin(1024);
        var cache = new FolderFeatureCache(options, origin);
        for (int number = 0; number < 1000; number++)
        {
            cache.Add(Key(number), new float[1024]);
        }

        Assert.Equal(10, _bench.Parts.Length);

        _ = new FolderFeatureCache(options with { MaxBytes = 2 * 1024 * 1024 }, origin);

        // Four parts are as many as fit with a sixteenth free.
        Assert.Equal(4, _bench.Parts.Length);
    }

    [Fact]
    public void Parts_ThatVanish_AreFeaturizedAnew()
    {
        var options = new FeatureCacheOptions { Folder = _bench.Cache };
        var writer = new FolderFeatureCache(options, TestFeatures.Origin());
        writer.Add(Key(1), [1, 2, 3, 4, 5]);
        writer.Flush();
        var reader = new FolderFeatureCache(options, TestFeatures.Origin());
        Directory.Delete(_bench.Cache, recursive: true);

        Assert.False(reader.TryGet(Key(1), new float[5]));
        reader.Add(Key(1), [1, 2, 3, 4, 6]);
        reader.Flush();
        Assert.Single(_bench.Parts);
        float[] features = new float[5];
        Assert.True(reader.TryGet(Key(1), features));
        Assert.Equal(6, features[4]);
    }

    [Fact]
    public void Parts_DamagedOrCut_GiveNothingWrong()
    {
        var options = new FeatureCacheOptions { Folder = _bench.Cache };
        FeatureOrigin origin = TestFeatures.Origin();
        var cache = new FolderFeatureCache(options, origin);
        for (int number = 0; number < 3; number++)
        {
            cache.Add(Key(number), TestFeatures.Row(number).Values);
        }

        cache.Flush();
        string part = Assert.Single(_bench.Parts);
        byte[] file = File.ReadAllBytes(part);
        int found = 0;
        for (int position = 0; position < file.Length; position++)
        {
            byte[] damaged = [.. file];
            damaged[position] ^= 0x10;
            File.WriteAllBytes(part, damaged);
            found += Found();
            File.WriteAllBytes(part, file[..position]);
            Assert.Equal(0, Found());
        }

        // A row's own damage costs that row alone.
        Assert.Equal(2 * 3 * CachePart.RowLengthOf(5), found);

        int Found()
        {
            var reader = new FolderFeatureCache(options, origin);
            return Enumerable.Range(0, 3).Count(number =>
            {
                float[] features = new float[5];
                bool isThere = reader.TryGet(Key(number), features);
                Assert.True(!isThere || features.AsSpan().SequenceEqual(TestFeatures.Row(number).Values));
                return isThere;
            });
        }
    }

    [Fact]
    public void WhatAKilledProcessLeft_IsPassedOver_AndDeletedWhenOld()
    {
        string[] paths = _bench.Paint(2);
        _bench.Featurize(paths[..1]);
        string part = Assert.Single(_bench.Parts);
        string young = Path.Combine(Path.GetDirectoryName(part)!, "young.features.tmp");
        string old = Path.Combine(Path.GetDirectoryName(part)!, "old.features.tmp");
        File.WriteAllBytes(young, File.ReadAllBytes(part)[..100]);
        File.WriteAllBytes(old, File.ReadAllBytes(part)[..100]);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));

        Assert.Equal(1, _bench.Featurize(paths).Hits);

        Assert.Equal((true, false), (File.Exists(young), File.Exists(old)));
    }

    [Fact]
    public void Folder_ThatCannotBeWritten_IsToldOnceAndCostsNoFeatures()
    {
        string[] paths = _bench.Paint(8);
        _bench.Featurize(paths[..1]);
        var errors = new List<Exception>();

        CacheBench.Run run = _bench.Featurize(paths, options => options
            .With(its => its.ThreadCount, 1)
            .With(its => its.Progress, new DirectProgress<long>(count => Break(count)))
            .With(its => its.Cache, options.Cache! with { RowsPerPart = 2, WriteFailed = errors.Add }));

        Assert.IsType<IOException>(Assert.Single(errors), exactMatch: false);
        Assert.Equal(_bench.Expected(paths), run.Features);

        void Break(long count)
        {
            if (count == 1)
            {
                string origin = Path.GetDirectoryName(Assert.Single(_bench.Parts))!;
                Directory.Delete(origin, recursive: true);
                File.WriteAllText(origin, "in the way");
            }
        }
    }

    [Fact]
    public void WriteFailed_ThatThrowsWhileACursorIsDisposed_StillClosesTheSource()
    {
        var data = new OpenedView(_bench.MlContext.Data.LoadFromEnumerable(_bench.Paint(10).Select(path => new PhotoRow { ImagePath = path })));
        using MobileNetV2FeaturizerTransformer featurizer = FitThrowing(data);
        DataViewRowCursor cursor = ReadOneRow(featurizer.Transform(data));
        Assert.Equal(1, data.OpenCount);

        Assert.Equal("told", Assert.Throws<InvalidOperationException>(cursor.Dispose).Message);

        Assert.Equal(0, data.OpenCount);
    }

    [Fact]
    public void WriteFailed_ThatThrowsWhileTheFeaturizerIsDisposed_StillReleasesTheNetwork()
    {
        IDataView data = _bench.MlContext.Data.LoadFromEnumerable(_bench.Paint(2).Select(path => new PhotoRow { ImagePath = path }));
        MobileNetV2FeaturizerTransformer featurizer = FitThrowing(data);
        using DataViewRowCursor cursor = ReadOneRow(featurizer.Transform(data));

        Assert.Equal("told", Assert.Throws<InvalidOperationException>(featurizer.Dispose).Message);

        Assert.Throws<ObjectDisposedException>(() => featurizer.Transform(data).Features());
    }

    [Fact]
    public void Fit_OnAFolderThatIsAFile_Throws()
    {
        File.WriteAllText(_bench.Cache, "a file");

        Assert.ThrowsAny<IOException>(() => _bench.Featurize(_bench.Paint(1)));
    }

    [Fact]
    public void Fit_OnAFolderThatMayNotBeWritten_Throws()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Needs a user whom the system denies something.");
        string[] paths = _bench.Paint(1);
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_bench.Cache, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Assert.Throws<UnauthorizedAccessException>(() => _bench.Featurize(paths));
    }

    private MobileNetV2FeaturizerTransformer FitThrowing(IDataView data) => _bench.MlContext.Transforms.FeaturizeImageWithMobileNetV2(new MobileNetV2FeaturizerOptions
    {
        Weights = WeightsSource.From(CacheBench.Weights),
        ThreadCount = 1,
        Cache = new() { Folder = _bench.Cache, WriteFailed = _ => throw new InvalidOperationException("told") },
    }).Fit(data);

    // Then the cache has something to write, and cannot.
    private DataViewRowCursor ReadOneRow(IDataView data)
    {
        DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        Assert.True(cursor.MoveNext());
        VBuffer<float> features = default;
        cursor.GetGetter<VBuffer<float>>(data.Schema["Features"])(ref features);
        string origin = Directory.GetDirectories(_bench.Cache).Single();
        Directory.Delete(origin, recursive: true);
        File.WriteAllText(origin, "in the way");
        return cursor;
    }

    private static PictureKey Key(int number) => PictureKey.OfContent(BitConverter.GetBytes(number));
}
