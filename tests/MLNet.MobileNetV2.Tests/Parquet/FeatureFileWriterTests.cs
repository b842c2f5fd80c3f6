using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Parquet;

public sealed class FeatureFileWriterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Dispose_WithoutCommit_LeavesNothingAndTheOldFile()
    {
        File.WriteAllText(_folder.File("a.parquet"), "old");
        await using (FeatureFileWriter writer = await FeatureFileWriter.CreateAsync(_folder.File("a.parquet"), TestFeatures.Origin()))
        {
            await writer.AddAsync("1.jpg", null, new float[5]);
            Assert.Equal(2, _folder.Names().Length);
            Assert.Matches(@"^\.a\.parquet\.[0-9a-f]{32}\.tmp$", _folder.Names()[0]);
        }

        Assert.Equal(["a.parquet"], _folder.Names());
        Assert.Equal("old", File.ReadAllText(_folder.File("a.parquet")));
    }

    [Fact]
    public void Commit_ReplacesAFile()
    {
        File.WriteAllText(_folder.File("a.parquet"), "old");

        TestFeatures.Write(_folder.File("a.parquet"), 2);

        Assert.Equal(["a.parquet"], _folder.Names());
        Assert.Equivalent(TestFeatures.Origin(), TestFeatures.OriginOf(_folder.File("a.parquet")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commit_ThroughALink_WritesTheFileThatItNames(bool isThere)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Directory.CreateDirectory(_folder.File("big"));
        File.CreateSymbolicLink(_folder.File("a.parquet"), Path.Combine("big", "1.parquet"));
        if (isThere)
        {
            File.WriteAllText(_folder.File("big/1.parquet"), "old");
        }

        await using (FeatureFileWriter writer = await FeatureFileWriter.CreateAsync(_folder.File("a.parquet"), TestFeatures.Origin()))
        {
            await writer.AddAsync("1.jpg", null, new float[5]);
            Assert.Equal(["a.parquet", "big"], _folder.Names());
            await writer.CommitAsync();
        }

        Assert.Equal(Path.Combine("big", "1.parquet"), new FileInfo(_folder.File("a.parquet")).LinkTarget);
        Assert.Equal(["1.parquet"], Directory.GetFiles(_folder.File("big")).Select(Path.GetFileName));
        Assert.Equivalent(TestFeatures.Origin(), TestFeatures.OriginOf(_folder.File("big/1.parquet")));
    }

    [Fact]
    public void Open_DeletesWhatKilledWritersOfTheSameNameLeft_AndNothingElse()
    {
        string left = Guid.NewGuid().ToString("N");
        string[] others =
            [
                $".a.parquet.{left}.txt",
                ".a.parquet.notes.tmp",
                $".b.parquet.{left}.tmp",
                $"a.parquet.{left}.tmp",
                $".a.parquet.x.{left}.tmp",
            ];
        Array.ForEach(
            [$".a.parquet.{left}.tmp", $".a.parquet.{Guid.NewGuid():N}.tmp", .. others],
            name => File.WriteAllText(_folder.File(name), "left"));

        TestFeatures.Write(_folder.File("a.parquet"), 2);

        Assert.Equal([.. others.Append("a.parquet").Order(StringComparer.Ordinal)], _folder.Names().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TwoWriters_OfOneName_DoNotTouchEachOther_AndTheLastToCommitStays()
    {
        string path = _folder.File("a.parquet");
        await using FeatureFileWriter first = await FeatureFileWriter.CreateAsync(path, TestFeatures.Origin());
        await first.AddAsync("first.jpg", null, new float[5]);
        await using (FeatureFileWriter second = await FeatureFileWriter.CreateAsync(path, TestFeatures.Origin()))
        {
            await second.AddAsync("second.jpg", null, new float[5]);
            await second.CommitAsync();
            Assert.Equal(["second.jpg"], new MLContext().Data.LoadFromFeatureFiles(path).GetColumn<string>("ImagePath"));
        }

        await using (await FeatureFileWriter.CreateAsync(path, TestFeatures.Origin()))
        {
            Assert.Equal(3, _folder.Names().Length);
        }

        await first.CommitAsync();

        Assert.Equal(["a.parquet"], _folder.Names());
        Assert.Equal(["first.jpg"], new MLContext().Data.LoadFromFeatureFiles(path).GetColumn<string>("ImagePath"));
    }

    [Fact]
    public void ManyWriters_OfOneName_AllCommit()
    {
        Parallel.For(
            0,
            40,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            number => TestFeatures.Write(_folder.File("a.parquet"), 2, first: number));

        Assert.Equal(["a.parquet"], _folder.Names());
        Assert.Equal(2, new MLContext().Data.LoadFromFeatureFiles(_folder.File("a.parquet")).GetRowCount());
    }

    [Fact]
    public async Task Commit_OntoAFolder_ThrowsAndLeavesNothing()
    {
        await using FeatureFileWriter writer = await FeatureFileWriter.CreateAsync(_folder.File("a.parquet"), TestFeatures.Origin());
        Directory.CreateDirectory(_folder.File("a.parquet"));

        Exception error = await Assert.ThrowsAnyAsync<Exception>(writer.CommitAsync);

        Assert.True(error is IOException or UnauthorizedAccessException, error.GetType().Name);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public Task Open_InAMissingFolder_Throws() =>
        Assert.ThrowsAnyAsync<IOException>(() => FeatureFileWriter.CreateAsync(_folder.File("gone/a.parquet"), TestFeatures.Origin()));

    [Fact]
    public async Task Add_OfFeaturesThatCannotBe_NamesThePicture()
    {
        await using FeatureFileWriter writer = await FeatureFileWriter.CreateAsync(_folder.File("a.parquet"), TestFeatures.Origin());

        Assert.Contains("'x.jpg' has 4 features; 5 are needed", await Error(new float[4]), StringComparison.Ordinal);
        Assert.Contains("'x.jpg' hold NaN", await Error([0, float.NaN, 0, 0, 0]), StringComparison.Ordinal);
        Assert.Contains("finite numbers are needed", await Error([0, 0, 0, 0, float.PositiveInfinity]), StringComparison.Ordinal);
        Assert.Equal(0, writer.RowCount);

        async Task<string> Error(float[] features) =>
            (await Assert.ThrowsAsync<ArgumentException>(() => writer.AddAsync("x.jpg", null, features).AsTask())).Message;
    }

    [Fact]
    public async Task Add_AfterCommit_Throws()
    {
        await using FeatureFileWriter writer = await FeatureFileWriter.CreateAsync(_folder.File("a.parquet"), TestFeatures.Origin());
        await writer.CommitAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.AddAsync("x.jpg", null, new float[5]).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(writer.CommitAsync);
    }
}
