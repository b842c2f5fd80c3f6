using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FeatureFiles;

public sealed class FeatureFileWriterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Dispose_WithoutCommit_LeavesNothingAndTheOldFile()
    {
        File.WriteAllText(_folder.File("a.parquet"), "old");
        using (var writer = new FeatureFileWriter(_folder.File("a.parquet"), TestFeatures.Origin()))
        {
            writer.Add("1.jpg", null, new float[5]);
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
        Assert.Equal(TestFeatures.Origin(), FeatureOrigin.Read(_folder.File("a.parquet")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Commit_ThroughALink_WritesTheFileThatItNames(bool isThere)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Directory.CreateDirectory(_folder.File("big"));
        File.CreateSymbolicLink(_folder.File("a.parquet"), Path.Combine("big", "1.parquet"));
        if (isThere)
        {
            File.WriteAllText(_folder.File("big/1.parquet"), "old");
        }

        using (var writer = new FeatureFileWriter(_folder.File("a.parquet"), TestFeatures.Origin()))
        {
            writer.Add("1.jpg", null, new float[5]);
            Assert.Equal(["a.parquet", "big"], _folder.Names());
            writer.Commit();
        }

        Assert.Equal(Path.Combine("big", "1.parquet"), new FileInfo(_folder.File("a.parquet")).LinkTarget);
        Assert.Equal(["1.parquet"], Directory.GetFiles(_folder.File("big")).Select(Path.GetFileName));
        Assert.Equal(TestFeatures.Origin(), FeatureOrigin.Read(_folder.File("big/1.parquet")));
    }

    [Fact]
    public void Open_DeletesWhatKilledWritersOfTheSameNameLeft_AndNothingElse()
    {
        string left = Guid.NewGuid().ToString("N");
        string[] others = [$".a.parquet.{left}.txt", ".a.parquet.notes.tmp", $".b.parquet.{left}.tmp", $"a.parquet.{left}.tmp", $".a.parquet.x.{left}.tmp"];
        Array.ForEach([$".a.parquet.{left}.tmp", $".a.parquet.{Guid.NewGuid():N}.tmp", .. others], name => File.WriteAllText(_folder.File(name), "left"));

        TestFeatures.Write(_folder.File("a.parquet"), 2);

        Assert.Equal([.. others.Append("a.parquet").Order(StringComparer.Ordinal)], _folder.Names().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TwoWriters_OfOneName_DoNotTouchEachOther_AndTheLastToCommitStays()
    {
        string path = _folder.File("a.parquet");
        using var first = new FeatureFileWriter(path, TestFeatures.Origin());
        first.Add("first.jpg", null, new float[5]);
        using (var second = new FeatureFileWriter(path, TestFeatures.Origin()))
        {
            second.Add("second.jpg", null, new float[5]);
            second.Commit();
            Assert.Equal(["second.jpg"], new MLContext().Data.LoadFromFeatureFiles(path).GetColumn<string>("ImagePath"));
        }

        using (new FeatureFileWriter(path, TestFeatures.Origin()))
        {
            Assert.Equal(3, _folder.Names().Length);
        }

        first.Commit();

        Assert.Equal(["a.parquet"], _folder.Names());
        Assert.Equal(["first.jpg"], new MLContext().Data.LoadFromFeatureFiles(path).GetColumn<string>("ImagePath"));
    }

    [Fact]
    public void ManyWriters_OfOneName_AllCommit()
    {
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, number => TestFeatures.Write(_folder.File("a.parquet"), 2, first: number));

        Assert.Equal(["a.parquet"], _folder.Names());
        Assert.Equal(2, new MLContext().Data.LoadFromFeatureFiles(_folder.File("a.parquet")).GetRowCount());
    }

    [Fact]
    public void Commit_OntoAFolder_ThrowsAndLeavesNothing()
    {
        using var writer = new FeatureFileWriter(_folder.File("a.parquet"), TestFeatures.Origin());
        Directory.CreateDirectory(_folder.File("a.parquet"));

        Exception error = Assert.ThrowsAny<Exception>(writer.Commit);

        Assert.True(error is IOException or UnauthorizedAccessException, error.GetType().Name);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Open_InAMissingFolder_Throws() =>
        Assert.ThrowsAny<IOException>(() => new FeatureFileWriter(_folder.File("gone/a.parquet"), TestFeatures.Origin()));

    [Fact]
    public void Add_OfFeaturesThatCannotBe_NamesThePicture()
    {
        using var writer = new FeatureFileWriter(_folder.File("a.parquet"), TestFeatures.Origin());

        Assert.Contains("'x.jpg' has 4 features; 5 are needed", Error(new float[4]), StringComparison.Ordinal);
        Assert.Contains("'x.jpg' hold NaN", Error([0, float.NaN, 0, 0, 0]), StringComparison.Ordinal);
        Assert.Contains("finite numbers are needed", Error([0, 0, 0, 0, float.PositiveInfinity]), StringComparison.Ordinal);
        Assert.Equal(0, writer.RowCount);

        string Error(float[] features) => Assert.Throws<ArgumentException>(() => writer.Add("x.jpg", null, features)).Message;
    }

    [Fact]
    public void Add_AfterCommit_Throws()
    {
        using var writer = new FeatureFileWriter(_folder.File("a.parquet"), TestFeatures.Origin());
        writer.Commit();

        Assert.Throws<ObjectDisposedException>(() => writer.Add("x.jpg", null, new float[5]));
        Assert.Throws<ObjectDisposedException>(writer.Commit);
    }
}
