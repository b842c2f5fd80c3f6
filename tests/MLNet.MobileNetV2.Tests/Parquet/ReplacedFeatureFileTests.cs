using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Parquet;

/// <summary>Every pass over feature files reads what the first one read, or an error says that a file was replaced.</summary>
public sealed class ReplacedFeatureFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_OfAFileThatWasReplacedByAnother_SaysSo()
    {
        TestFeatures.Write(_folder.File("a.parquet"), 1);
        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet"));
        TestFeatures.Write(_folder.File("a.parquet"), 1, origin: TestFeatures.Origin(6));

        Assert.Contains(
            "was replaced",
            Assert.Throws<FeatureFileException>(() => data.GetColumn<string>("ImagePath").Count()).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(2, 1)]
    public void Read_OfAFileThatWasReplacedByOneOfTheSameOrigin_SaysSo(int rows, int first)
    {
        TestFeatures.Write(_folder.File("a.parquet"), 2);
        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet"));
        TestFeatures.Write(_folder.File("a.parquet"), rows, first);

        string error = Assert.Throws<FeatureFileException>(() => data.GetColumn<string>("ImagePath").Count()).Message;

        Assert.Contains(_folder.File("a.parquet"), error, StringComparison.Ordinal);
        Assert.Contains("was replaced", error, StringComparison.Ordinal);
        Assert.Contains("2 images", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfAFileWhoseLabelsChangedPlaces_SaysSo()
    {
        await Write("rose", "tree");
        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet"));
        await Write("tree", "rose");

        Assert.Contains(
            "was replaced",
            Assert.Throws<FeatureFileException>(() => data.GetColumn<string>("Label").Count()).Message,
            StringComparison.Ordinal);

        async Task Write(params string[] labels)
        {
            await using FeatureFileWriter writer = await FeatureFileWriter.CreateAsync(_folder.File("a.parquet"), TestFeatures.Origin());
            foreach ((int index, string label) in labels.Index())
            {
                await writer.AddAsync($"{index}.jpg", label, new float[5]);
            }

            await writer.CommitAsync();
        }
    }

    [Fact]
    public void Read_OfAFileThatWasWrittenAgainAsItWas_GoesOn()
    {
        TestFeatures.Write(_folder.File("a.parquet"), 3);
        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet"));
        TestFeatures.Write(_folder.File("a.parquet"), 3);

        Assert.Equal(3, data.GetColumn<string>("ImagePath").Count());
    }

    [Fact]
    public void Split_OverAFileThatWasReplacedByOneWithOneMorePicture_DoesNotMixItsParts()
    {
        TestFeatures.Write(_folder.File("a.parquet"), 30, first: 1);
        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet"));
        DataOperationsCatalog.TrainTestData split = _mlContext.Data.StratifiedTrainTestSplit(data, 0.2, "Label");
        TestFeatures.Write(_folder.File("a.parquet"), 31, first: 0);

        Assert.Throws<FeatureFileException>(() => split.TrainSet.GetColumn<string>("ImagePath").Count());
        Assert.Throws<FeatureFileException>(() => split.TestSet.GetColumn<string>("ImagePath").Count());
    }

    [Fact]
    public void OriginOf_DataFromFiles_IsThatOfTheFilesWhenTheyWereLoaded()
    {
        TestFeatures.Write(_folder.File("a.parquet"), 1);
        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.Path);
        TestFeatures.Write(_folder.File("a.parquet"), 1, origin: TestFeatures.Origin(6));

        Assert.Equivalent(TestFeatures.Origin(), FeatureOrigin.Of(data));
        Assert.Equivalent(TestFeatures.Origin(6), TestFeatures.OriginOf(_folder.Path));
    }

    [Fact]
    public void OriginOf_OtherData_SaysWhichAreNeeded()
    {
        TestFeatures.Write(_folder.File("a.parquet"), 1);
        IDataView rows = _mlContext.Data.TakeRows(_mlContext.Data.LoadFromFeatureFiles(_folder.Path), 1);

        Assert.Contains(
            "LoadFromFeatureFiles", Assert.Throws<ArgumentException>(() => FeatureOrigin.Of(rows)).Message, StringComparison.Ordinal);
    }
}
