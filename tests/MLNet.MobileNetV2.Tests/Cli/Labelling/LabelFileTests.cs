using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Labelling;
using MLNet.MobileNetV2.Tests.Support;
using Parquet;
using Parquet.Schema;

namespace MLNet.MobileNetV2.Tests.Cli.Labelling;

public sealed class LabelFileTests : IDisposable
{
    private static readonly PhotoOutcome<PhotoLabel> s_rose = new(
        "a, \"b\".jpg", new PhotoLabel([new ClassScore(1, "rose", 0.75f), new ClassScore(0, "daisy", 0.25f)]), null);

    private static readonly PhotoOutcome<PhotoLabel> s_unknown = new(
        "c.jpg", new PhotoLabel([new ClassScore(0, "daisy", 0.5f), new ClassScore(1, "rose", 0.5f)], "other"), null);

    private static readonly PhotoOutcome<PhotoLabel> s_bad = new("bad.jpg", null, new BadImageException("bad.jpg", "it is empty."));

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Csv_HasARowAPhotoInTheirOrder()
    {
        string path = await WriteAsync("labels.csv", hasBest: true, s_rose, s_bad, s_unknown);

        Assert.Equal(
            "path,label,score,label2,score2,best_label,error\n"
            + "\"a, \"\"b\"\".jpg\",rose,0.75,daisy,0.25,rose,\n"
            + "bad.jpg,,,,,,it is empty.\n"
            + "c.jpg,other,0.5,rose,0.5,daisy,\n",
            await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(["labels.csv"], _folder.Names());
    }

    [Fact]
    public async Task Parquet_HasARowAPhotoInTheirOrder()
    {
        string path = await WriteAsync("labels.PARQUET", hasBest: true, s_rose, s_bad, s_unknown);

        await using ParquetReader reader = await OpenAsync(path);
        Assert.Equal(
            ["path", "label", "score", "label2", "score2", "best_label", "error"], reader.Schema.Fields.Select(field => field.Name));
        Assert.Equal(["a, \"b\".jpg", "bad.jpg", "c.jpg"], await TextsAsync(reader, "path"));
        Assert.Equal(["rose", null, "other"], await TextsAsync(reader, "label"));
        Assert.Equal(["daisy", null, "rose"], await TextsAsync(reader, "label2"));
        Assert.Equal(["rose", null, "daisy"], await TextsAsync(reader, "best_label"));
        Assert.Equal([null, "it is empty.", null], await TextsAsync(reader, "error"));
        float?[] scores = new float?[3];
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        await group.ReadAsync<float>(Field(reader, "score2"), scores.AsMemory(), null, TestContext.Current.CancellationToken);
        Assert.Equal([0.25f, null, 0.5f], scores);
    }

    [Fact]
    public async Task Parquet_OfManyPhotos_HasThemAllInGroups()
    {
        string path = await WriteAsync("labels.parquet", hasBest: false, [.. Enumerable.Repeat(s_rose, 8192), s_bad]);

        await using ParquetReader reader = await OpenAsync(path);
        Assert.Equal([8192L, 1L], reader.Metadata!.RowGroups.Select(group => group.NumRows));
    }

    [Fact]
    public async Task Csv_WithoutACommit_LeavesWhatWasThere()
    {
        string path = _folder.File("labels.csv");
        await File.WriteAllTextAsync(path, "before", TestContext.Current.CancellationToken);

        using (LabelFile file = await LabelFile.CreateAsync(path, new LabelColumns(2, HasBest: false)))
        {
            await file.AddAsync(s_rose);
        }

        Assert.Equal("before", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(["labels.csv"], _folder.Names());
    }

    [Theory]
    [InlineData("labels.csv")]
    [InlineData("labels.parquet")]
    public async Task Commit_WhereTheFolderHasGone_FailsNamingTheFile(string name)
    {
        string path = Path.Combine(Directory.CreateDirectory(_folder.File("gone")).FullName, name);
        using LabelFile file = await LabelFile.CreateAsync(path, new LabelColumns(2, HasBest: false));
        await file.AddAsync(s_rose);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not delete open files.");
        Directory.Delete(_folder.File("gone"), recursive: true);

        CommandFailedException error = await Assert.ThrowsAsync<CommandFailedException>(file.CommitAsync);

        Assert.StartsWith($"The output '{path}' cannot be written: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_OfNoRow_WritesNothing()
    {
        await WriteAsync("labels.csv", hasBest: false);

        Assert.Empty(_folder.Names());
    }

    private static Task<ParquetReader> OpenAsync(string path) =>
        ParquetReader.CreateAsync(path, cancellationToken: TestContext.Current.CancellationToken);

    private static DataField Field(ParquetReader reader, string name) => reader.Schema.GetDataFields().Single(field => field.Name == name);

    private static async Task<string?[]> TextsAsync(ParquetReader reader, string name)
    {
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        string?[] texts = new string?[group.RowCount];
        await group.ReadAsync(Field(reader, name), texts.AsMemory()!, null, TestContext.Current.CancellationToken);
        return texts;
    }

    private async Task<string> WriteAsync(string name, bool hasBest, params PhotoOutcome<PhotoLabel>[] photos)
    {
        string path = _folder.File(name);
        using LabelFile file = await LabelFile.CreateAsync(path, new LabelColumns(2, hasBest));
        foreach (PhotoOutcome<PhotoLabel> photo in photos)
        {
            await file.AddAsync(photo);
        }

        await file.CommitAsync();
        return path;
    }
}
