using MLNet.MobileNetV2.Features;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Features;

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
            Assert.Equal([".a.parquet.tmp", "a.parquet"], _folder.Names());
        }

        Assert.Equal(["a.parquet"], _folder.Names());
        Assert.Equal("old", File.ReadAllText(_folder.File("a.parquet")));
    }

    [Fact]
    public void Commit_ReplacesAFileAndWhatAKilledWriterLeft()
    {
        File.WriteAllText(_folder.File("a.parquet"), "old");
        File.WriteAllText(_folder.File(".a.parquet.tmp"), new string('x', 100_000));

        TestFeatures.Write(_folder.File("a.parquet"), 2);

        Assert.Equal(["a.parquet"], _folder.Names());
        Assert.Equal(TestFeatures.Origin(), FeatureOrigin.Read(_folder.File("a.parquet")));
    }

    [Fact]
    public void Open_OfAFileThatIsBeingWritten_Throws()
    {
        using var writer = new FeatureFileWriter(_folder.File("a.parquet"), TestFeatures.Origin());

        Assert.ThrowsAny<IOException>(() => new FeatureFileWriter(_folder.File("a.parquet"), TestFeatures.Origin()));
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
