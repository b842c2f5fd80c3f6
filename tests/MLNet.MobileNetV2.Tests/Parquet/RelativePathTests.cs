using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Parquet;

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
