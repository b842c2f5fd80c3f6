using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Parquet;

public sealed class ImageFeatureIndexTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    public ImageFeatureIndexTests() => File.WriteAllText(Model, "a model");

    private string Model => _folder.File("model.zip");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("flowers.zip", "flowers.index.parquet")]
    [InlineData("a/flowers.ZIP", "a/flowers.index.parquet")]
    [InlineData("model", "model.index.parquet")]
    public void PathFor_IsBesideTheModel(string model, string path) => Assert.Equal(path, ImageFeatureIndex.PathFor(model));

    [Fact]
    public async Task Nearest_GivesTheImagesThatPointMostNearlyTheSameWay()
    {
        await CreateAsync(Row("a.jpg", "x", 1, 0, 0), Row("b.jpg", "", 2, 2, 0), Row("ü.jpg", "y", 0, 0, 3));

        var index = ImageFeatureIndex.Open(Model);
        IReadOnlyList<NearestImage> found = index.Nearest([0.5f, 0.1f, 0], 2);

        Assert.Equal((3, 3), (index.Count, index.FeatureCount));
        Assert.Equal([("a.jpg", "x"), ("b.jpg", "")], found.Select(image => (image.Path, image.Label)));
        Assert.Equal(0.5 / Math.Sqrt(0.26), found[0].Similarity, 1e-3);
        Assert.Equal(0.6 / Math.Sqrt(0.52), found[1].Similarity, 1e-3);
    }

    [Fact]
    public async Task Nearest_OfEqualOnes_KeepsTheirOrderAndGivesNoMoreThanThereAre()
    {
        await CreateAsync(Row("a.jpg", "x", 1, 0), Row("b.jpg", "x", 0, 0), Row("c.jpg", "x", 2, 0), Row("d.jpg", "x", 0, 1));

        IReadOnlyList<NearestImage> found = ImageFeatureIndex.Open(Model).Nearest([1, 0], 10);

        Assert.Equal(["a.jpg", "c.jpg", "b.jpg", "d.jpg"], found.Select(image => image.Path));
        Assert.Equal([1f, 1f, 0f, 0f], found.Select(image => image.Similarity));
    }

    [Fact]
    public async Task Nearest_AmongManyImagesInSeveralGroups_IsExact()
    {
        const int Count = 512;
        IndexRow[] rows = [.. Enumerable.Range(0, 5000).Select(number =>
        {
            (string path, string? label, float[] values) = TestFeatures.Row(number, Count);
            return new IndexRow { ImagePath = path, Label = label ?? string.Empty, Features = values };
        })];
        await CreateAsync(rows);

        var index = ImageFeatureIndex.Open(Model);

        Assert.All([0, 4095, 4096, 4999], number =>
        {
            NearestImage found = index.Nearest(rows[number].Features, 1)[0];
            Assert.Equal((rows[number].ImagePath, rows[number].Label), (found.Path, found.Label));
            Assert.InRange(found.Similarity, 0.9999f, 1f);
        });
    }

    [Fact]
    public async Task Nearest_FromManyThreads_GivesTheSame()
    {
        await CreateAsync([.. Enumerable.Range(0, 20).Select(number => Row($"{number}.jpg", "x", number, 10, 20))]);
        var index = ImageFeatureIndex.Open(Model);

        string[] found = new string[200];
        Parallel.For(0, found.Length, i => found[i] = index.Nearest([i % 20, 10, 20], 1)[0].Path);

        Assert.Equal(Enumerable.Range(0, found.Length).Select(number => $"{number % 20}.jpg"), found);
    }

    [Fact]
    public async Task Create_LeavesOutImagesWithoutNumbers()
    {
        await CreateAsync(Row("a.jpg", "x", 1, 0), Row("bad.jpg", "x", float.NaN, float.NaN), Row("c.jpg", "x", 1, float.PositiveInfinity));

        Assert.Equal(1, ImageFeatureIndex.Open(Model).Count);
    }

    [Fact]
    public async Task Create_OfNoImage_IsAnEmptyIndex()
    {
        await CreateAsync(new IndexRow[] { Row("bad.jpg", "x", float.NaN, 0) });

        Assert.Empty(ImageFeatureIndex.Open(Model).Nearest([1, 2], 3));
    }

    [Fact]
    public async Task Create_WhenStopped_LeavesWhatWasThere()
    {
        await CreateAsync(Row("a.jpg", "x", 1, 0));
        byte[] before = await File.ReadAllBytesAsync(ImageFeatureIndex.PathFor(Model), TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ImageFeatureIndex.CreateAsync(Model, Data(Row("b.jpg", "x", 1, 0)), stop.Token));

        Assert.Equal(before, await File.ReadAllBytesAsync(ImageFeatureIndex.PathFor(Model), TestContext.Current.CancellationToken));
        Assert.Equal(["model.index.parquet", "model.zip"], _folder.Names());
    }

    [Fact]
    public async Task Create_OfOtherColumns_NamesWhatIsNeeded()
    {
        IDataView data = Data(Row("a.jpg", "x", 1, 0));
        IDataView keyed = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        IDataView without = _mlContext.Transforms.DropColumns("Features").Fit(data).Transform(data);

        ArgumentException ofKeys = await Assert.ThrowsAsync<ArgumentException>(() => CreateAsync(keyed));
        ArgumentException ofNone = await Assert.ThrowsAsync<ArgumentException>(() => CreateAsync(without));

        Assert.StartsWith("The column 'Label' is of type Key<UInt32, 0-0>; text is needed.", ofKeys.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "The images have no column 'Features'; a vector of floats of known size is needed.", ofNone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WithoutTheModel_LeavesNothing()
    {
        File.Delete(Model);

        await Assert.ThrowsAsync<FileNotFoundException>(() => CreateAsync(Row("a.jpg", "x", 1, 0)));

        Assert.Empty(_folder.Names());
    }

    [Fact]
    public async Task Nearest_OfWrongFeatures_SaysWhatIsWrong()
    {
        await CreateAsync(Row("a.jpg", "x", 1, 0));
        var index = ImageFeatureIndex.Open(Model);

        Assert.StartsWith(
            "There are 3 features; the images of the index have 2.",
            Assert.Throws<ArgumentException>(() => index.Nearest([1, 2, 3], 1)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The features hold a value that is not a finite number.",
            Assert.Throws<ArgumentException>(() => index.Nearest([1, float.NaN], 1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Nearest([1, 2], 0));
    }

    private static IndexRow Row(string path, string label, params float[] features) =>
        new() { ImagePath = path, Label = label, Features = features };

    private IDataView Data(params IndexRow[] rows)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(IndexRow));
        schema[nameof(IndexRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        return _mlContext.Data.LoadFromEnumerable(rows, schema);
    }

    private Task CreateAsync(params IndexRow[] rows) => CreateAsync(Data(rows));

    private Task CreateAsync(IDataView data) => ImageFeatureIndex.CreateAsync(Model, data, TestContext.Current.CancellationToken);

    private sealed class IndexRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;

        public float[] Features { get; set; } = [];
    }
}
