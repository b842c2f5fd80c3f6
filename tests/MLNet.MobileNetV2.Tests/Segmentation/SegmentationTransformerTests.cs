using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Segmentation;

/// <summary>The pipeline's maps are the segmenter's, before saving and after loading.</summary>
public sealed class SegmentationTransformerTests : IDisposable
{
    private readonly SmallSegmenter _small = new();
    private readonly MLContext _mlContext = new(seed: 1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _small.Dispose();

    [Theory]
    [InlineData(SegmentationMapSize.Photo, "path")]
    [InlineData(SegmentationMapSize.Network, "path")]
    [InlineData(SegmentationMapSize.Photo, "bytes")]
    [InlineData(SegmentationMapSize.Photo, "image")]
    public void Transform_OfEachKindOfColumn_GivesTheSegmentersMaps_AlsoAfterLoading(SegmentationMapSize mapSize, string kind)
    {
        string[] paths = [_small.PhotoFile(50, 30), _small.PhotoFile(7, 90), _small.PhotoFile(1, 1)];
        IDataView photos = Photos(kind, paths);
        using MobileNetV2SegmentationTransformer model = Estimator(mapSize).Fit(photos);
        string zip = _small.Path("model.zip");
        // ML.NET cannot save a schema of images alone.
        _mlContext.Model.Save(model, kind == "image" ? null : photos.Schema, zip);
        var other = new MLContext();
        ITransformer loaded = other.LoadModel(zip);
        using var disposal = loaded as IDisposable;
        using MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.CreatePretrained(
            _small.Model, new() { MapSize = mapSize }, _small.Store, Token);

        foreach (ITransformer one in (ITransformer[])[model, loaded])
        {
            Map[] maps = [.. _mlContext.Data.CreateEnumerable<Map>(one.Transform(photos), reuseRowObject: false)];
            foreach ((Map map, string path) in maps.Zip(paths))
            {
                SegmentedImage expected = segmenter.Segment(path, Token);
                Assert.Equal([expected.Height, expected.Width], map.ClassMapSize);
                Assert.Equal(expected.ClassMap.ToArray(), map.ClassMap);
                Assert.Equal(_small.Model.Labels, map.ClassMapLabels);
                Assert.All(expected.Classes, share => Assert.Equal(share.Share, map.ClassMapShares[share.Index], 1e-6));
                Assert.Equal(1, map.ClassMapShares.Sum(), 1e-5);
            }

            string[] added = [.. one.GetOutputSchema(photos.Schema).Where(column => !column.IsHidden).Select(column => column.Name)];
            Assert.Equal(["Photo", "ClassMap", "ClassMapSize", "ClassMapLabels", "ClassMapShares"], added.Distinct());
        }
    }

    [Fact]
    public void Transform_WithProbabilities_GivesThoseOfEachClassAtEachPixel()
    {
        string path = _small.PhotoFile(20, 10);
        IDataView photos = Photos("path", [path]);
        using MobileNetV2SegmentationTransformer model = _mlContext.Transforms.SegmentImageWithMobileNetV2(
            new MobileNetV2SegmentationOptions
            {
                InputColumnName = "Photo",
                OutputColumnName = "Parts",
                Model = _small.Model,
                Store = _small.Store,
                IncludeProbabilities = true,
            }).Fit(photos);
        using MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.CreatePretrained(
            _small.Model, store: _small.Store, cancellationToken: Token);

        VBuffer<float> given = model.Transform(photos).GetColumn<VBuffer<float>>("PartsProbabilities").Single();

        SegmentedImage expected = segmenter.Segment(path, Token);
        float[][] planes = [.. Enumerable.Range(0, 4).Select(expected.ProbabilitiesOf)];
        Assert.Equal(800, given.Length);
        Assert.All(planes.SelectMany(plane => plane).Zip(given.DenseValues()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public async Task Model_LoadedInASecondProcess_GivesTheSameMaps()
    {
        string[] paths = [_small.PhotoFile(50, 30), _small.PhotoFile(7, 90)];
        IDataView photos = _mlContext.Data.LoadFromEnumerable(paths.Select(path => new FileRow { ImagePath = path }));
        using MobileNetV2SegmentationTransformer model = _mlContext.Transforms.SegmentImageWithMobileNetV2(
            new MobileNetV2SegmentationOptions { Model = _small.Model, Store = _small.Store }).Fit(photos);
        string zip = _small.Path("model.zip");
        _mlContext.Model.Save(model, photos.Schema, zip);

        ChildProcess child = await ChildProcess.RunAssemblyAsync(
            "MLNet.MobileNetV2.Loader", _small.Path(string.Empty), [zip, "segment", .. paths]);

        Assert.Equal((0, string.Empty), (child.ExitCode, child.Error));
        Assert.Equal(
            model.Transform(photos).GetColumn<byte[]>("ClassMap").Select(Convert.ToHexStringLower),
            child.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void PredictionEngine_OfAPipeline_GivesTheMap()
    {
        string path = _small.PhotoFile(33, 44);
        IDataView photos = Photos("path", [path]);
        ITransformer model = new EstimatorChain<ITransformer>().Append(Estimator(SegmentationMapSize.Photo)).Fit(photos);
        using PredictionEngine<PathRow, Map> engine = _mlContext.Model.CreatePredictionEngine<PathRow, Map>(model);

        Assert.Equal([44, 33], engine.Predict(new PathRow { Photo = path }).ClassMapSize);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GetOutputSchema_HasTheColumnsThatTheTransformerAdds(bool includeProbabilities)
    {
        IDataView photos = Photos("path", [_small.PhotoFile(5, 5)]);
        MobileNetV2SegmentationEstimator estimator = _mlContext.Transforms.SegmentImageWithMobileNetV2(new MobileNetV2SegmentationOptions
        {
            InputColumnName = "Photo",
            Model = _small.Model,
            Store = _small.Store,
            IncludeProbabilities = includeProbabilities,
        });
        using MobileNetV2SegmentationTransformer model = estimator.Fit(photos);

        Assert.Equal(
            model.GetOutputSchema(photos.Schema).Select(column => column.Name).Distinct().Order(),
            estimator.GetOutputSchema(SchemaShapes.Of(photos)).Select(column => column.Name).Order());
    }

    [Fact]
    public void Fit_OfAColumnOfPixelsOrNone_SaysWhatIsAllowed()
    {
        IDataView pixels = _mlContext.Data.LoadFromEnumerable([new PixelRow()]);

        Assert.Contains(
            "a file path (text)",
            Assert.Throws<ArgumentException>(() => Estimator(SegmentationMapSize.Photo).Fit(pixels)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _mlContext.Transforms.SegmentImageWithMobileNetV2(inputColumnName: ""));
        Assert.Contains(
            "'ImagePath' is not in the data",
            Assert.Throws<ArgumentException>(() => _mlContext.Transforms.SegmentImageWithMobileNetV2().Fit(pixels)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_OfABadImage_ThrowsWithItsPath()
    {
        string path = _small.Path("bad.jpg");
        File.WriteAllText(path, "no image");
        IDataView photos = Photos("path", [path]);
        using MobileNetV2SegmentationTransformer model = Estimator(SegmentationMapSize.Photo).Fit(photos);

        Exception error = Assert.ThrowsAny<Exception>(() => model.Transform(photos).GetColumn<VBuffer<byte>>("ClassMap").Count());

        Assert.Contains(path, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_OfABadImageThatDoesNotThrow_GivesAnEmptyMapAndReportsIt_AlsoAfterLoading()
    {
        string bad = _small.Path("bad.jpg");
        File.WriteAllText(bad, "no image");
        IDataView photos = Photos("path", [bad, _small.PhotoFile(12, 8)]);
        var found = new ConcurrentQueue<BadImage>();
        using MobileNetV2SegmentationTransformer model = _mlContext.Transforms.SegmentImageWithMobileNetV2(
            new MobileNetV2SegmentationOptions
            {
                InputColumnName = "Photo",
                Model = _small.Model,
                Store = _small.Store,
                OnBadImage = BadImageHandling.MissingFeatures,
                BadImageFound = found.Enqueue,
            }).Fit(photos);
        string zip = _small.Path("model.zip");
        _mlContext.Model.Save(model, photos.Schema, zip);
        ITransformer loaded = new MLContext().LoadModel(zip);
        using var disposal = loaded as IDisposable;

        foreach (ITransformer one in (ITransformer[])[model, loaded])
        {
            Map[] maps = [.. _mlContext.Data.CreateEnumerable<Map>(one.Transform(photos), reuseRowObject: false)];
            Assert.Empty(maps[0].ClassMap);
            Assert.Equal([0, 0], maps[0].ClassMapSize);
            Assert.Equal(_small.Model.Labels, maps[0].ClassMapLabels);
            Assert.All(maps[0].ClassMapShares, share => Assert.Equal(float.NaN, share));
            Assert.Equal(12 * 8, maps[1].ClassMap.Length);
            Assert.Single(_mlContext.Data.FilterRowsByMissingValues(one.Transform(photos), "ClassMapShares").GetColumn<byte[]>("ClassMap"));
        }

        // Once for each of the two readings of the model that was not loaded.
        Assert.Equal([bad, bad], found.Select(image => image.Path));
    }

    [Fact]
    public void SegmentImage_WithAnImpossibleHandling_NamesIt() => Assert.Contains(
        "OnBadImage",
        Assert.ThrowsAny<ArgumentException>(() => _mlContext.Transforms.SegmentImageWithMobileNetV2(
            new MobileNetV2SegmentationOptions { OnBadImage = (BadImageHandling)7 })).Message,
        StringComparison.Ordinal);

    private MobileNetV2SegmentationEstimator Estimator(SegmentationMapSize mapSize) =>
        _mlContext.Transforms.SegmentImageWithMobileNetV2(new MobileNetV2SegmentationOptions
        {
            InputColumnName = "Photo",
            Model = _small.Model,
            Store = _small.Store,
            MapSize = mapSize,
        });

    private IDataView Photos(string kind, string[] paths) => kind switch
    {
        "path" => _mlContext.Data.LoadFromEnumerable(paths.Select(path => new PathRow { Photo = path })),
        "bytes" => _mlContext.Data.LoadFromEnumerable(paths.Select(path => new EncodedRow { Photo = File.ReadAllBytes(path) })),
        _ => _mlContext.Data.LoadFromEnumerable(paths.Select(path => new ImageRow { Photo = MLImage.CreateFromFile(path) })),
    };

    private sealed class PathRow
    {
        public string Photo { get; set; } = string.Empty;
    }

    private sealed class FileRow
    {
        public string ImagePath { get; set; } = string.Empty;
    }

    private sealed class EncodedRow
    {
        public byte[] Photo { get; set; } = [];
    }

    private sealed class ImageRow
    {
        [UnsizedImage]
        public MLImage? Photo { get; set; }
    }

    private sealed class PixelRow
    {
        [VectorType(3, 65, 65)]
        public float[] Photo { get; set; } = new float[3 * 65 * 65];
    }

    private sealed class Map
    {
        public byte[] ClassMap { get; set; } = [];

        public int[] ClassMapSize { get; set; } = [];

        public string[] ClassMapLabels { get; set; } = [];

        public float[] ClassMapShares { get; set; } = [];
    }
}
