using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.FeatureCache;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FeatureFiles;

/// <summary>Relative paths mean what they meant when they were given, whatever the current folder is later.</summary>
[Collection(typeof(WorkingFolder))]
public sealed class RelativePathTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _before = Environment.CurrentDirectory;

    public RelativePathTests() => Environment.CurrentDirectory = _folder.Path;

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        _folder.Dispose();
    }

    [Fact]
    public void CacheOfARelativeFolder_StaysWithinItsBound_AfterTheCurrentFolderChanged()
    {
        const int Features = 256;
        var options = new FeatureCacheOptions { Folder = "cache", MaxBytes = 1024 * 1024, RowsPerPart = 4 };
        var cache = new FolderFeatureCache(options, TestFeatures.Origin(Features));
        Environment.CurrentDirectory = _before;
        for (int number = 0; number < 2000; number++)
        {
            cache.Add(PictureKey.OfContent(BitConverter.GetBytes(number)), new float[Features]);
        }

        string[] parts = Directory.GetFiles(_folder.File("cache"), "*.features", SearchOption.AllDirectories);
        Assert.InRange(parts.Sum(part => new FileInfo(part).Length), 900_000, 1024 * 1024);
    }

    [Theory]
    [InlineData("a.parquet")]
    [InlineData("*.parquet")]
    [InlineData(".")]
    public void FeatureFilesOfARelativePath_AreRead_AfterTheCurrentFolderChanged(string path)
    {
        TestFeatures.Write("a.parquet", 3);
        IDataView data = new MLContext().Data.LoadFromFeatureFiles(path);
        Environment.CurrentDirectory = _before;

        Assert.Equal(3, data.GetColumn<string>("ImagePath").Count());
    }
}
