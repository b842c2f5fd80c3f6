using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Pipeline;

public sealed class MobileNetV2DetectionEstimatorTests
{
    private const float Threshold = 0.1f;

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly string[] _files = [.. Repository.SampleFiles(4)];

    public static TheoryData<MobileNetV2DetectionOptions, string> Impossible() => new()
    {
        { new() { InputColumnName = "" }, "InputColumnName" },
        { new() { PredictedLabelColumnName = " " }, "PredictedLabelColumnName" },
        { new() { PredictedBoundingBoxesColumnName = "" }, "PredictedBoundingBoxesColumnName" },
        { new() { ScoreColumnName = "" }, "ScoreColumnName" },
        { new() { ScoreColumnName = "PredictedLabel" }, "three different names" },
        { new() { Threshold = 1 }, "Threshold is 1; it must be at least 0 and less than 1." },
        { new() { Overlap = 0 }, "Overlap is 0; it must be more than 0 and at most 1." },
        { new() { Top = 0 }, "Top is 0; it must be at least 1." },
        { new() { OnBadImage = (BadImageHandling)7 }, "OnBadImage" },
    };

    [Fact]
    public void Transform_OfPathsBytesAndImages_GivesTheDetectorsObjects()
    {
        using MobileNetV2Detector detector = MobileNetV2Detector.CreatePretrained(new() { Threshold = Threshold });
        DetectedObject[][] expected = [.. _files.Select(file => detector.Detect(file, TestContext.Current.CancellationToken).ToArray())];
        Assert.Contains(expected, objects => objects.Length > 1);
        Assert.Contains(expected, objects => objects.Length == 0);

        IDataView paths = Paths();
        IDataView bytes =
            _mlContext.Data.LoadFromEnumerable(_files.Select(file => new EncodedPhotoRow { Bytes = File.ReadAllBytes(file) }));
        AssertObjects(expected, Detect(paths, "ImagePath"));
        AssertObjects(expected, Detect(bytes, "Bytes"));

        MLImage[] images = [.. _files.Select(MLImage.CreateFromFile)];
        IDataView decoded = _mlContext.Data.LoadFromEnumerable(images.Select(image => new DecodedPhotoRow { Image = image }));
        FoundRow[] ofImages = Detect(decoded, "Image");
        Assert.Equal(expected.Length, ofImages.Length);
        Assert.Contains(ofImages, row => row.Score.Length > 1);
        Array.ForEach(images, image => image.Dispose());
    }

    [Fact]
    public void Fit_WithNamesForTheColumns_AddsThemAndNoOthers()
    {
        MobileNetV2DetectionEstimator estimator = _mlContext.Transforms.DetectObjectsWithMobileNetV2(new()
        {
            PredictedLabelColumnName = "Names",
            PredictedBoundingBoxesColumnName = "Boxes",
            ScoreColumnName = "Scores",
            Threshold = 0.001f,
            Overlap = 0.6f,
            Top = 2,
        });
        IDataView data = Paths();

        using MobileNetV2DetectionTransformer model = estimator.Fit(data);

        IDataView found = model.Transform(data);
        Assert.True(model.IsRowToRowMapper);
        Assert.Equal(
            [.. data.Schema.Select(column => column.Name), "Names", "Boxes", "Scores"], found.Schema.Select(column => column.Name));
        Assert.Equal(found.Schema.Select(column => column.Name), model.GetOutputSchema(data.Schema).Select(column => column.Name));
        Assert.All(found.GetColumn<float[]>("Scores"), scores => Assert.Equal(2, scores.Length));
        Assert.Contains("toothbrush", model.Labels);
        SchemaShape shape = estimator.GetOutputSchema(SchemaShapes.Of(data));
        Assert.All(found.Schema, column => Assert.Contains(shape, other => other.Name == column.Name));
        Assert.Equal(TextDataViewType.Instance, shape.Single(column => column.Name == "Names").ItemType);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SavedModel_InASecondProcess_GivesEqualObjects(bool isSavedAgain)
    {
        using var folder = new TempFolder();
        using var temp = new TempFolder();
        string path = folder.File("detector.zip");
        IDataView data = Paths();
        FoundRow[] expected;
        using (MobileNetV2DetectionTransformer model = Estimator("ImagePath").Fit(data))
        {
            _mlContext.Model.Save(model, data.Schema, path);
            expected = Rows(model.Transform(data));
        }

        if (isSavedAgain)
        {
            var other = new MLContext();
            ITransformer loaded = other.LoadModel(path);
            using var disposal = loaded as IDisposable;
            path = folder.File("again.zip");
            other.Model.Save(loaded, data.Schema, path);
        }

        Assert.InRange(new FileInfo(path).Length, 9_000_000, 11_000_000);

        ChildProcess child = await ChildProcess.RunAssemblyAsync("MLNet.MobileNetV2.Loader", temp.Path, [path, "detect", .. _files]);

        Assert.Equal((0, string.Empty), (child.ExitCode, child.Error));
        FoundRow[] found =
        [
            .. child.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<FoundRow>(line)!),
        ];
        Assert.Equal(expected.SelectMany(row => row.PredictedLabel), found.SelectMany(row => row.PredictedLabel));
        Assert.Equal(expected.SelectMany(row => row.PredictedBoundingBoxes), found.SelectMany(row => row.PredictedBoundingBoxes));
        Assert.Equal(expected.SelectMany(row => row.Score), found.SelectMany(row => row.Score));
        Assert.Empty(temp.Names());
    }

    [Fact]
    public void PredictionEngine_GivesTheObjectsOfARow()
    {
        IDataView data = Paths();
        using MobileNetV2DetectionTransformer model = Estimator("ImagePath").Fit(data);
        FoundRow[] expected = Rows(model.Transform(data));
        using PredictionEngine<PhotoRow, FoundRow> engine = _mlContext.Model.CreatePredictionEngine<PhotoRow, FoundRow>(model);

        FoundRow[] found = [.. _files.Select((file, index) => engine.Predict(PhotoRow.Of(file, index)))];

        Assert.Equal(expected.SelectMany(row => row.Score), found.SelectMany(row => row.Score));
    }

    [Fact]
    public void Fit_OnColumnsThatHoldNoPhotos_SaysWhatIsNeeded()
    {
        IDataView data = Paths();

        Assert.Contains("not in the data", Message("None", data), StringComparison.Ordinal);
        Assert.Contains("is of type", Message("Number", data), StringComparison.Ordinal);
        Assert.Contains("how large the photo was", Message("Vector", data), StringComparison.Ordinal);

        string Message(string column, IDataView input) => Assert.Throws<ArgumentException>(() => Estimator(column).Fit(input)).Message;
    }

    [Fact]
    public void Transform_OfAnotherTypeOfColumn_AndOfABadImage_NamesThem()
    {
        IDataView data = Paths();
        using MobileNetV2DetectionTransformer model = Estimator("ImagePath").Fit(data);
        IDataView missing = _mlContext.Data.LoadFromEnumerable([PhotoRow.Of("none.png", 0)]);

        Assert.Contains(
            "'ImagePath'",
            Assert.ThrowsAny<Exception>(() => model.Transform(_mlContext.Data.LoadFromEnumerable([new { ImagePath = 1f }]))).Message,
            StringComparison.Ordinal);
        Exception error = Assert.ThrowsAny<Exception>(() => Rows(model.Transform(missing)));
        Assert.Contains("none.png", (error as BadImageException ?? error.InnerException)!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_WhereBadImagesAreLetThrough_GivesThemNoObjects_AlsoAfterLoading()
    {
        using var folder = new TempFolder();
        string path = folder.File("detector.zip");
        IDataView data = _mlContext.Data.LoadFromEnumerable([PhotoRow.Of("none.png", 0), PhotoRow.Of(_files[0], 1)]);
        var bad = new ConcurrentQueue<BadImage>();
        using MobileNetV2DetectionTransformer model = _mlContext.Transforms.DetectObjectsWithMobileNetV2(new()
        {
            Threshold = 0.001f,
            OnBadImage = BadImageHandling.MissingFeatures,
            BadImageFound = bad.Enqueue,
        }).Fit(data);

        FoundRow[] found = Rows(model.Transform(data));

        Assert.Equal((0, 20), (found[0].Score.Length, found[1].Score.Length));
        Assert.Equal(["none.png"], bad.Select(image => image.Path));
        _mlContext.Model.Save(model, data.Schema, path);
        ITransformer loaded = new MLContext().LoadModel(path);
        using var disposal = loaded as IDisposable;
        FoundRow[] after = Rows(loaded.Transform(data));
        Assert.Empty(after[0].PredictedLabel);
        Assert.Equal(found[1].PredictedBoundingBoxes, after[1].PredictedBoundingBoxes);
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public void DetectObjects_WithAnImpossibleOption_NamesIt(MobileNetV2DetectionOptions options, string message) => Assert.Contains(
        message,
        Assert.ThrowsAny<ArgumentException>(() => _mlContext.Transforms.DetectObjectsWithMobileNetV2(options)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void DetectObjects_WithAnImpossibleArgument_NamesIt() =>
        Assert.ThrowsAny<ArgumentException>(() => _mlContext.Transforms.DetectObjectsWithMobileNetV2(threshold: -1));

    private static void AssertObjects(DetectedObject[][] expected, FoundRow[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        foreach ((DetectedObject[] objects, FoundRow row) in expected.Zip(found))
        {
            Assert.Equal(objects.Select(one => one.Label), row.PredictedLabel);
            float[] edges = [.. objects.SelectMany(one => (float[])[one.Box.X, one.Box.Y, one.Box.Right, one.Box.Bottom])];
            Assert.Equal(edges.Length, row.PredictedBoundingBoxes.Length);
            Assert.All(edges.Zip(row.PredictedBoundingBoxes), both => Assert.Equal(both.First, both.Second, 1e-2f));
            Assert.All(objects.Zip(row.Score), both => Assert.Equal(both.First.Score, both.Second, 1e-4f));
        }
    }

    private static MobileNetV2DetectionEstimator Estimator(string column) =>
        new MLContext(seed: 1).Transforms.DetectObjectsWithMobileNetV2(column, threshold: Threshold);

    private IDataView Paths() => _mlContext.Data.LoadFromEnumerable(_files.Select(PhotoRow.Of));

    private FoundRow[] Detect(IDataView data, string column)
    {
        using MobileNetV2DetectionTransformer model = Estimator(column).Fit(data);
        return Rows(model.Transform(data));
    }

    private FoundRow[] Rows(IDataView data) => [.. _mlContext.Data.CreateEnumerable<FoundRow>(data, reuseRowObject: false)];

    private sealed class FoundRow
    {
        public string[] PredictedLabel { get; set; } = [];

        public float[] PredictedBoundingBoxes { get; set; } = [];

        public float[] Score { get; set; } = [];
    }
}
