using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Parquet;
using MLNet.MobileNetV2.Tests.Support;
using Parquet;
using Parquet.Schema;

namespace MLNet.MobileNetV2.Tests.Parquet;

/// <summary>Whatever is wrong with an index, one exception says so and names it.</summary>
public sealed class ImageFeatureIndexErrorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ImageFeatureIndexErrorTests() => File.WriteAllText(Model, "a model");

    private string Model => _folder.File("model.zip");

    private string Index => _folder.File("model.index.parquet");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_WithoutAnIndex_NamesTheFileAndWhatWritesIt() => AssertMessage.Tells(
        Error(), $"'{Index}'", "there is no such file", $"'{Model}'", "'mobilenetv2 train --keep-index'");

    [Fact]
    public async Task Open_OfAnotherModelsIndex_SaysSo()
    {
        await WriteAsync([2, 2]);
        await File.WriteAllTextAsync(Model, "a model, trained again", TestContext.Current.CancellationToken);

        Assert.Contains($"it belongs to another model than '{Model}'", Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfAFeatureFile_SaysThatItIsNoIndex()
    {
        TestFeatures.Write(Index, 3);

        Assert.Contains("it is no index of a model's images", Error(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is a text and no Parquet file")]
    public void Open_OfAnotherFile_SaysThatItIsNone(string text)
    {
        File.WriteAllText(Index, text);

        Assert.Contains("do not end like a Parquet file", Error(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OfAnIndexWithoutTheModel_NamesTheModel()
    {
        await WriteAsync([2, 2]);
        File.Delete(Model);

        Assert.Contains(Model, Assert.Throws<FileNotFoundException>(() => ImageFeatureIndex.Open(Model)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("16777217")]
    public async Task Open_WithANumberOfFeaturesThatCannotBe_SaysSo(string features)
    {
        await WriteAsync([2, 2], features);

        Assert.Contains("is no number from 1 to 16777216", Error(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OfRowsOfAnotherLength_SaysSo()
    {
        await WriteAsync([2, 3]);

        Assert.Contains("row 1 of group 0 has 6 bytes of features; 4 are expected", Error(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OfMoreFeaturesThanAGroupMayHave_SaysSo()
    {
        await WriteAsync([2, 2, 2], "16777216");

        Assert.Contains("a row group has 3 rows of 16777216 features; up to 2 are allowed", Error(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OfFloatsInsteadOfBytes_SaysWhichIsNeeded()
    {
        DataField<float> features = new("features");
        await using (FileStream stream = File.Create(Index))
        await using (ParquetWriter writer = await WriterAsync(stream, features, "2"))
        {
        }

        Assert.Contains("it has no column 'features' of bytes", Error(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OfAnIndexThatIsCutAnywhere_Throws()
    {
        await WriteAsync([2, 2, 2]);
        byte[] file = await File.ReadAllBytesAsync(Index, TestContext.Current.CancellationToken);
        for (int length = 0; length < file.Length; length++)
        {
            await File.WriteAllBytesAsync(Index, file[..length], TestContext.Current.CancellationToken);
            Error();
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Open_OfDamagedCopies_ThrowsNothingElseAndAllocatesNoMoreThanAnArray()
    {
        await WriteAsync([.. Enumerable.Repeat(8, 40)], "8");
        byte[] file = await File.ReadAllBytesAsync(Index, TestContext.Current.CancellationToken);
        var random = new Random(20_180_113);
        (int refused, long most) = (0, 0);
        for (int copy = 0; copy < 3000; copy++)
        {
            byte[] damaged = [.. file];
            for (int change = 1 << random.Next(4); change > 0; change--)
            {
                damaged[random.Next(file.Length)] = (byte)random.Next(256);
            }

            await File.WriteAllBytesAsync(Index, damaged, TestContext.Current.CancellationToken);
            long before = GC.GetTotalAllocatedBytes();
            try
            {
                Assert.InRange(ImageFeatureIndex.Open(Model).Nearest(new float[8], 50).Count, 0, 40);
            }
            catch (FeatureFileException)
            {
                refused++;
            }

            most = Math.Max(most, GC.GetTotalAllocatedBytes() - before);
        }

        Assert.InRange(refused, 1000, 3000);
        Assert.InRange(most, 0, int.MaxValue);
    }

    private string Error()
    {
        FeatureFileException error = Assert.Throws<FeatureFileException>(() => ImageFeatureIndex.Open(Model));
        Assert.Equal(Index, error.File);
        return error.Message;
    }

    private async Task<ParquetWriter> WriterAsync(Stream stream, DataField features, string count)
    {
        ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(FeatureFileLayout.PathField, FeatureFileLayout.LabelField, features), stream);
        writer.CustomMetadata = new Dictionary<string, string>
        {
            [FeatureIndexFile.ModelSha256] = FileHash.Of(Model),
            [FeatureIndexFile.FeatureCount] = count,
        };
        return writer;
    }

    // Rows of so many features.
    private async Task WriteAsync(int[] lengths, string count = "2")
    {
        var features = new DataField("features", typeof(byte[]), isNullable: false);
        var random = new Random(1);
        byte[][] values = Array.ConvertAll(lengths, length => new byte[length * 2]);
        Array.ForEach(values, random.NextBytes);
        await using FileStream stream = File.Create(Index);
        await using ParquetWriter writer = await WriterAsync(stream, features, count);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        string[] paths = [.. lengths.Select((_, number) => $"{number}.jpg")];
        await group.WriteAsync(FeatureFileLayout.PathField, paths, repetitionLevels: null);
        await group.WriteAsync(FeatureFileLayout.LabelField, paths, repetitionLevels: null);
        await group.WriteAsync(features, values, repetitionLevels: null);
        group.CompleteValidate();
    }
}
