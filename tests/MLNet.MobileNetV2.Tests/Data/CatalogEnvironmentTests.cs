using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Data;

public sealed class CatalogEnvironmentTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Of_ACatalog_IsTheEnvironmentOfItsContext()
    {
        IHostEnvironment environment = CatalogEnvironment.Of(_mlContext.MulticlassClassification.Trainers);

        Assert.Same(CatalogEnvironment.Of(_mlContext.Regression.Trainers), environment);
        Assert.NotSame(CatalogEnvironment.Of(new MLContext().MulticlassClassification.Trainers), environment);
    }

    [Fact]
    public void Of_SomethingElse_NamesTheVersionsThatWork()
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => CatalogEnvironment.Of(new object()));

        Assert.Contains("lacks the interface property IInternalCatalog.Environment", error.Message, StringComparison.Ordinal);
        Assert.Contains("made for Microsoft.ML 5.0.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TemporaryFolderOf_FollowsTheContext()
    {
        Assert.Equal(
            Path.TrimEndingDirectorySeparator(Path.GetTempPath()),
            Path.TrimEndingDirectorySeparator(CatalogEnvironment.TemporaryFolderOf(_mlContext.Transforms)));

        _mlContext.TempFilePath = "/somewhere/else";
        ColumnCopyingTransformer transformer = _mlContext.Transforms.CopyColumns("Copy", "ImagePath").Fit(
            _mlContext.Data.LoadFromEnumerable(Photos.Rows(1)));

        Assert.Equal("/somewhere/else", CatalogEnvironment.TemporaryFolderOf(_mlContext.Transforms));
        Assert.Equal("/somewhere/else", CatalogEnvironment.TemporaryFolderOf(transformer));
    }
}
