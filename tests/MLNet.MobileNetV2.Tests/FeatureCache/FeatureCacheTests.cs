using Microsoft.ML;
using MLNet.MobileNetV2.FeatureCache;
using MLNet.MobileNetV2.Tests.Parquet;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FeatureCache;

/// <summary>An image is found again where nothing that its features depend on has changed, and only there.</summary>
public sealed class FeatureCacheTests : IDisposable
{
    private readonly CacheBench _bench = new();

    public static TheoryData<FeatureCacheKey> Keys => [.. Enum.GetValues<FeatureCacheKey>()];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Keys))]
    public void Featurize_Again_FindsEveryPicture(FeatureCacheKey key)
    {
        string[] paths = _bench.Paint(20);

        CacheBench.Run first = _bench.Featurize(paths, With(key));
        CacheBench.Run second = _bench.Featurize(paths, With(key));

        Assert.Equal((0, 20), (first.Hits, second.Hits));
        Assert.Equal(_bench.Expected(paths), first.Features);
        Assert.Equal(first.Features, second.Features);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    public void Featurize_WithWorkersAndBatches_KeepsEveryRowsOwnFeatures(int workers, int batch)
    {
        string[] paths = _bench.Paint(30);
        _bench.Featurize([.. paths.Where((_, row) => row % 3 == 0)]);

        CacheBench.Run run = _bench.Featurize(
            paths, options => options.With(its => its.ThreadCount, workers).With(its => its.BatchSize, batch));

        Assert.Equal(10, run.Hits);
        Assert.InRange(Photos.MaxDifference(_bench.Expected(paths), run.Features), 0, 1e-5);
    }

    [Fact]
    public void Featurize_OneFitTwice_FindsWhatTheFirstReadingMade()
    {
        string[] paths = _bench.Paint(5);
        IDataView data = _bench.MlContext.Data.LoadFromEnumerable(paths.Select(path => new PhotoRow { ImagePath = path }));
        var options = new MobileNetV2FeaturizerOptions { Weights = WeightsSource.From(CacheBench.Weights), Cache = _bench.Cache };
        using MobileNetV2FeaturizerTransformer featurizer = _bench.MlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(data);

        float[][] first = featurizer.Transform(data).Features();
        float[][] second = featurizer.Transform(data).Features();

        Assert.Equal(first, second);
        Assert.Equal(5, featurizer.CacheHits);
    }

    [Fact]
    public void Content_OfMovedAndCopiedPictures_IsFound()
    {
        string[] paths = _bench.Paint(2);
        float[][] features = _bench.Featurize(paths).Features;
        File.Move(paths[0], _bench.PathOf("moved.jpg"));
        File.Copy(paths[1], _bench.PathOf("copy.jpg"));

        CacheBench.Run run = _bench.Featurize([_bench.PathOf("moved.jpg"), paths[1], _bench.PathOf("copy.jpg")]);

        Assert.Equal(3, run.Hits);
        Assert.Equal([features[0], features[1], features[1]], run.Features);
    }

    [Fact]
    public void Content_ThatChangedByOneByte_IsFeaturizedAnew()
    {
        string[] paths = _bench.Paint(2);
        _bench.Featurize(paths);
        DateTime time = File.GetLastWriteTimeUtc(paths[0]);
        byte[] other = File.ReadAllBytes(paths[1]);
        File.WriteAllBytes(paths[0], [.. other, 0]);
        File.SetLastWriteTimeUtc(paths[0], time);

        CacheBench.Run run = _bench.Featurize(paths);

        Assert.Equal(1, run.Hits);
        Assert.Equal(run.Features[1], run.Features[0]);
    }

    [Fact]
    public void PathSizeTime_WithAnotherPathSizeOrTime_IsFeaturizedAnew()
    {
        string[] paths = _bench.Paint(3);
        _bench.Featurize(paths, With(FeatureCacheKey.PathSizeTime));
        File.SetLastWriteTimeUtc(paths[0], File.GetLastWriteTimeUtc(paths[0]).AddSeconds(1));
        DateTime time = File.GetLastWriteTimeUtc(paths[1]);
        File.AppendAllText(paths[1], "x");
        File.SetLastWriteTimeUtc(paths[1], time);
        File.Move(paths[2], _bench.PathOf("moved.png"));

        Assert.Equal(0, _bench.Featurize([paths[0], paths[1], _bench.PathOf("moved.png")], With(FeatureCacheKey.PathSizeTime)).Hits);
        Assert.Equal(3, _bench.Featurize([paths[0], paths[1], _bench.PathOf("moved.png")], With(FeatureCacheKey.PathSizeTime)).Hits);
    }

    [Fact]
    public void PathSizeTime_OfAKnownPicture_DoesNotReadIt()
    {
        string[] paths = _bench.Paint(1);
        float[][] features = _bench.Featurize(paths, With(FeatureCacheKey.PathSizeTime)).Features;
        (DateTime time, long length) = (File.GetLastWriteTimeUtc(paths[0]), new FileInfo(paths[0]).Length);
        File.WriteAllBytes(paths[0], new byte[length]);
        File.SetLastWriteTimeUtc(paths[0], time);

        Assert.Equal(features, _bench.Featurize(paths, With(FeatureCacheKey.PathSizeTime)).Features);
    }

    [Fact]
    public void PathSizeTime_OfALink_IsThatOfItsTarget()
    {
        string[] paths = _bench.Paint(1);
        File.CreateSymbolicLink(_bench.PathOf("link.png"), paths[0]);
        string[] link = [_bench.PathOf("link.png")];
        _bench.Featurize(link, With(FeatureCacheKey.PathSizeTime));
        Assert.Equal(1, _bench.Featurize(link, With(FeatureCacheKey.PathSizeTime)).Hits);
        File.AppendAllText(paths[0], "x");

        Assert.Equal(0, _bench.Featurize(link, With(FeatureCacheKey.PathSizeTime)).Hits);
    }

    [Fact]
    public void Key_OfTheOtherKind_FindsNothing()
    {
        string[] paths = _bench.Paint(1);
        _bench.Featurize(paths);

        Assert.Equal(0, _bench.Featurize(paths, With(FeatureCacheKey.PathSizeTime)).Hits);
    }

    [Fact]
    public void Features_OfOtherWeightsPreprocessingPaddingOrTap_AreNotFound()
    {
        string[] paths = _bench.Paint(2);
        _bench.Featurize(paths);
        MobileNetV2Weights weights = CacheBench.Weights;
        Func<MobileNetV2FeaturizerOptions, MobileNetV2FeaturizerOptions>[] changes =
        [
            options => options.With(
                its => its.Weights, WeightsSource.From(RandomWeights.Create(9, RandomWeights.Narrow(), CacheBench.Preprocessing))),
            options => options.With(
                its => its.Weights,
                WeightsSource.From(
                    RandomWeights.Create(8, RandomWeights.Narrow(padding: PaddingFlavor.TensorFlowSame), CacheBench.Preprocessing))),
            options => options.With(its => its.Preprocessing, CacheBench.Preprocessing with { CropFraction = 1 }),
            options => options.With(its => its.Preprocessing, CacheBench.Preprocessing with { Std = new(100, 127.5f, 127.5f) }),
            options => options.With(its => its.Tap, new FeatureTap(3)),
            options => options.With(its => its.Tap, new FeatureTap(3, IsPooled: false)),
        ];

        Assert.All(changes, change =>
        {
            Assert.Equal((0, 2), (_bench.Featurize(paths, change).Hits, _bench.Featurize(paths, change).Hits));
            Assert.Equal(
                _bench.Featurize(paths, options => change(options).With(its => its.Cache, null)).Features,
                _bench.Featurize(paths, change).Features);
        });
        var renamed = new MobileNetV2Weights(
            "other name", weights.Architecture, weights.Tensors, weights.Preprocessing, new string('0', 64));
        Assert.Equal(2, _bench.Featurize(paths, options => options.With(its => its.Weights, WeightsSource.From(renamed))).Hits);
    }

    [Fact]
    public void Keys_OfAnotherVersionOrComputation_AreOthers()
    {
        FeatureOrigin origin = TestFeatures.Origin();
        byte[] key = new ImageKeys(origin, FeatureCacheKey.Content).OfContent([1, 2, 3]);

        Assert.Equal(
            key,
            new ImageKeys(origin.With(its => its.WeightsName, "other").With(its => its.WeightsSha256, null), FeatureCacheKey.Content)
                .OfContent([1, 2, 3]));
        Assert.NotEqual(key, new ImageKeys(origin, FeatureCacheKey.Content).OfContent([1, 2, 4]));
        Assert.NotEqual(key, new ImageKeys(origin.With(its => its.LibraryVersion, "9.8.8"), FeatureCacheKey.Content).OfContent([1, 2, 3]));
        Assert.NotEqual(key, new ImageKeys(origin, FeatureCacheKey.Content, "cuda").OfContent([1, 2, 3]));
    }

    [Fact]
    public void BadPictures_AreNotKept_AndAreReportedEachTime()
    {
        string[] paths = [.. _bench.Paint(2), _bench.PathOf("bad.png"), _bench.PathOf("gone.png")];
        File.WriteAllText(paths[2], "no image");
        foreach (FeatureCacheKey key in Enum.GetValues<FeatureCacheKey>())
        {
            for (int time = 0; time < 2; time++)
            {
                var bad = new List<string?>();
                CacheBench.Run run = _bench.Featurize(paths, options => With(key)(options)
                    .With(its => its.OnBadImage, BadImageHandling.MissingFeatures)
                    .With(its => its.ThreadCount, 1)
                    .With(its => its.BadImageFound, image => bad.Add(image.Path)));

                Assert.Equal(2 * time, run.Hits);
                Assert.Equal(paths[2..], bad);
                Assert.Equal([false, false, true, true], run.Features.Select(row => row.All(float.IsNaN)));
            }

            BadImageException error = Assert.Throws<BadImageException>(() => _bench.Featurize([paths[2]], With(key)));
            Assert.Equal(paths[2], error.Path);
        }
    }

    [Fact]
    public void EncodedPictures_AreFoundByContent()
    {
        byte[][] pictures = [.. _bench.Paint(3).Select(File.ReadAllBytes)];
        IDataView data = _bench.MlContext.Data.LoadFromEnumerable(pictures.Select(bytes => new EncodedPhotoRow { Bytes = bytes }));
        _bench.Featurize([_bench.PathOf("0001.png")]);
        var options = new MobileNetV2FeaturizerOptions
        {
            InputColumnName = "Bytes", Weights = WeightsSource.From(CacheBench.Weights), Cache = _bench.Cache,
        };
        using MobileNetV2FeaturizerTransformer featurizer = _bench.MlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(data);

        float[][] features = featurizer.Transform(data).Features();

        Assert.Equal(1, featurizer.CacheHits);
        Assert.Equal(_bench.Expected([.. Enumerable.Range(0, 3).Select(number => _bench.PathOf($"{number:D4}.png"))]), features);
    }

    [Fact]
    public void PredictionEngine_DoesWithoutTheCache()
    {
        string[] paths = _bench.Paint(1);
        float[] features = _bench.Featurize(paths).Features[0];
        IDataView data = _bench.MlContext.Data.LoadFromEnumerable<PhotoRow>([]);
        var options = new MobileNetV2FeaturizerOptions { Weights = WeightsSource.From(CacheBench.Weights), Cache = _bench.Cache };
        using MobileNetV2FeaturizerTransformer featurizer = _bench.MlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(data);
        using PredictionEngine<PhotoRow, AnyFeatures> engine = _bench.MlContext.Model.CreatePredictionEngine<PhotoRow, AnyFeatures>(
            featurizer);

        Assert.Equal(features, engine.Predict(new PhotoRow { ImagePath = paths[0] }).Features);
        Assert.Equal(0, featurizer.CacheHits);
    }

    private static Func<MobileNetV2FeaturizerOptions, MobileNetV2FeaturizerOptions> With(FeatureCacheKey key) =>
        options => options.With(its => its.CacheKey, key);

    private sealed class AnyFeatures
    {
        public float[] Features { get; set; } = [];
    }
}
