using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Featurization.LookAhead;

/// <summary>How many rows are read ahead: as many as the options say, and fewer where they are large.</summary>
public class LookAheadWindowTests
{
    private static readonly WeightsSource s_weights = WeightsSource.From(
        RandomWeights.Create(8, RandomWeights.Narrow(), new ImagePreprocessing { Size = 32 }));

    private readonly MLContext _mlContext = new(seed: 1);

    [Theory]
    [InlineData(1, 1, 4)]
    [InlineData(3, 1, 12)]
    [InlineData(2, 2, 8)]
    [InlineData(2, 5, 20)]
    public void Rows_ReadAhead_AreThoseThatTheOptionsSay(int workers, int batch, int expected) =>
        Assert.Equal(expected, ReadAhead(workers, batch, length: 0));

    [Theory]
    [InlineData(16 * 1024 * 1024, 4)]
    [InlineData(15 * 1024 * 1024, 5)]
    [InlineData(70 * 1024 * 1024, 1)]
    public void Rows_WithWideColumns_AreReadAheadUpToABound(int length, int expected) =>
        Assert.Equal(expected, ReadAhead(workers: 2, batch: 4, length));

    [Fact]
    public void Rows_WithAWideColumnThatNobodyReads_AreReadAheadAll() =>
        Assert.Equal(16, ReadAhead(workers: 2, batch: 4, length: 70 * 1024 * 1024, isWideRead: false));

    [Fact]
    public void Rows_OfDecodedPictures_CountTheirPixels()
    {
        int read = 0;
        using MLImage picture = MLImage.CreateFromPixels(4096, 4096, MLPixelFormat.Rgba32, new byte[4096 * 4096 * 4]);
        IDataView data = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(_ =>
        {
            read++;
            return new DecodedPhotoRow { Image = picture };
        }));
        using MobileNetV2FeaturizerTransformer featurizer = Fit(data, "Image", workers: 2, batch: 4);
        IDataView result = featurizer.Transform(data);
        using DataViewRowCursor cursor = result.GetRowCursor([result.Schema["Features"]]);

        Assert.True(cursor.MoveNext());

        Assert.Equal(4, read);
    }

    // Reads the first row, and counts how many the source was asked for.
    private int ReadAhead(int workers, int batch, int length, bool isWideRead = true)
    {
        int read = 0;
        float[] wide = new float[length];
        float[] pixels = new float[3 * 32 * 32];
        IDataView data = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(_ =>
        {
            read++;
            return new WideRow { Pixels = pixels, Wide = wide };
        }));
        using MobileNetV2FeaturizerTransformer featurizer = Fit(data, "Pixels", workers, batch);
        IDataView result = featurizer.Transform(data);
        using DataViewRowCursor cursor = result.GetRowCursor(result.Schema.Where(column => isWideRead || column.Name != "Wide"));

        Assert.True(cursor.MoveNext());
        int first = read;
        Assert.True(cursor.MoveNext());
        Assert.True(cursor.MoveNext());

        Assert.Equal(first + 2, read);
        return first;
    }

    private MobileNetV2FeaturizerTransformer Fit(IDataView data, string column, int workers, int batch) => _mlContext.Transforms
        .FeaturizeImageWithMobileNetV2(
            new MobileNetV2FeaturizerOptions { Weights = s_weights, InputColumnName = column, ThreadCount = workers, BatchSize = batch })
        .Fit(data);

    private sealed class WideRow
    {
        [VectorType(3, 32, 32)]
        public float[] Pixels { get; set; } = [];

        public float[] Wide { get; set; } = [];
    }
}
