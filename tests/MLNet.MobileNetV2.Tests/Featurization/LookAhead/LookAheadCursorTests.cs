using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Featurization.LookAhead;

/// <summary>
/// Rows featurized ahead come in order, each with its own values, id and error, whatever the number of workers and the batch size.
/// </summary>
public class LookAheadCursorTests
{
    private const int Size = LookAheadRow.Size;

    private static readonly WeightsSource s_weights =
        WeightsSource.From(RandomWeights.Create(8, RandomWeights.Narrow(), new ImagePreprocessing { Size = Size }));

    private readonly MLContext _mlContext = new(seed: 1);

    public static TheoryData<int, int> Settings() => new MatrixTheoryData<int, int>([0, 1, 2, 5], [1, 3, 8]);

    [Theory]
    [MemberData(nameof(Settings))]
    public void Rows_WithAnyWorkersAndBatches_KeepTheirOrderValuesIdsAndFeatures(int workers, int batch)
    {
        IDataView data = Data(57);
        using MobileNetV2FeaturizerTransformer one = Fit(data, new() { ThreadCount = 1 });
        using MobileNetV2FeaturizerTransformer many = Fit(data, new() { ThreadCount = workers, BatchSize = batch });

        List<LookAheadRead> expected = LookAheadRead.All(one.Transform(data));
        List<LookAheadRead> found = LookAheadRead.All(many.Transform(data));

        Assert.Equal(57, found.Count);
        Assert.Equal(Enumerable.Range(0, 57).Select(row => (long)row), found.Select(row => row.Position));
        Assert.Equal(expected.Select(row => row.Values), found.Select(row => row.Values));
        Assert.Equal(Ids(data), found.Select(row => row.Id));
        Assert.InRange(Photos.MaxDifference([.. expected.Select(row => row.Features)], [.. found.Select(row => row.Features)]), 0, 1e-5);
        Assert.Distinct(found.Select(row => string.Join(' ', row.Features)));
    }

    [Fact]
    public void Rows_Shuffled_ComeInTheSourcesOrderWithTheirOwnFeatures()
    {
        IDataView data = Data(40);
        using MobileNetV2FeaturizerTransformer featurizer = Fit(data, new());
        Dictionary<int, float[]> features = LookAheadRead.All(featurizer.Transform(data)).ToDictionary(
            row => row.Number, row => row.Features);

        List<LookAheadRead> shuffled = LookAheadRead.All(_mlContext.Data.ShuffleRows(featurizer.Transform(data), seed: 3));

        Assert.NotEqual(shuffled.Select(row => row.Number).Order(), shuffled.Select(row => row.Number));
        Assert.All(shuffled, row => Assert.InRange(Photos.MaxDifference([features[row.Number]], [row.Features]), 0, 1e-5));
    }

    [Fact]
    public void Rows_WithoutTheirFeatures_AreNotFeaturized()
    {
        int count = 0;
        IDataView data = Data(5);
        using MobileNetV2FeaturizerTransformer featurizer = Fit(data, new() { Progress = new DirectProgress<long>(_ => count++) });

        Assert.Equal([0, 1, 2, 3, 4], featurizer.Transform(data).GetColumn<int>("Number"));
        Assert.Equal(0, count);
    }

    [Fact]
    public void GetGetter_OfAnInactiveColumnOrAnotherType_SaysSo()
    {
        IDataView data = Data(2);
        using MobileNetV2FeaturizerTransformer featurizer = Fit(data, new());
        IDataView result = featurizer.Transform(data);
        using DataViewRowCursor cursor = result.GetRowCursor([result.Schema["Features"]]);
        using DataViewRowCursor passing = result.GetRowCursor([result.Schema["Number"]]);

        Assert.Contains(
            "'Number' is not active",
            Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<int>(result.Schema["Number"])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "'Features' is not active",
            Assert.Throws<InvalidOperationException>(() => passing.GetGetter<int>(result.Schema["Features"])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "no System.Int32",
            Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<int>(result.Schema["Features"])).Message,
            StringComparison.Ordinal);
        Assert.True(cursor.IsColumnActive(result.Schema["Features"]));
        Assert.False(cursor.IsColumnActive(result.Schema["Number"]));
    }

    [Fact]
    public void Getter_BeforeTheFirstRowAndAfterTheLast_Throws()
    {
        IDataView data = Data(1);
        using MobileNetV2FeaturizerTransformer featurizer = Fit(data, new());
        IDataView result = featurizer.Transform(data);
        using DataViewRowCursor cursor = result.GetRowCursor(result.Schema);
        ValueGetter<int> number = cursor.GetGetter<int>(result.Schema["Number"]);
        int value = 0;

        Assert.Throws<InvalidOperationException>(() => number(ref value));
        Assert.True(cursor.MoveNext());
        number(ref value);
        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => number(ref value));
        Assert.Equal(-1, cursor.Position);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void ABadPicture_ThrowsAtItsOwnRowAlone(int batch)
    {
        IDataView data = Bad(row: 6);
        using MobileNetV2FeaturizerTransformer featurizer = Fit(data, new() { InputColumnName = "Bytes", BatchSize = batch });
        IDataView result = featurizer.Transform(data);
        using DataViewRowCursor cursor = result.GetRowCursor(result.Schema);
        ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(result.Schema["Features"]);
        VBuffer<float> value = default;

        for (int row = 0; row < 10; row++)
        {
            Assert.True(cursor.MoveNext());
            if (row == 6)
            {
                Assert.Throws<BadImageException>(() => features(ref value));
                continue;
            }

            features(ref value);
            Assert.Equal(16 * 80, value.Length);
        }

        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void ABadPicture_InABatch_GivesMissingFeaturesToItsOwnRowAlone()
    {
        IDataView data = Bad(row: 2);
        using MobileNetV2FeaturizerTransformer featurizer = Fit(
            data, new() { InputColumnName = "Bytes", BatchSize = 4, OnBadImage = BadImageHandling.MissingFeatures });

        float[][] features = featurizer.Transform(data).Features();

        Assert.Equal([2], Enumerable.Range(0, 10).Where(row => features[row].All(float.IsNaN)));
        Assert.Equal([2], Enumerable.Range(0, 10).Where(row => features[row].Any(float.IsNaN)));
    }

    [Fact]
    public void AnErrorOfTheSource_ComesAfterTheRowsBeforeIt()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Failing());
        using MobileNetV2FeaturizerTransformer featurizer = Fit(_mlContext.Data.LoadFromEnumerable<LookAheadRow>([]), new());
        int read = 0;

        Exception error = Assert.ThrowsAny<Exception>(() =>
        {
            foreach (float[] _ in featurizer.Transform(data).GetColumn<float[]>("Features"))
            {
                read++;
            }
        });

        Assert.Contains("The source is broken.", error.GetBaseException().Message, StringComparison.Ordinal);
        Assert.Equal(3, read);

        static IEnumerable<LookAheadRow> Failing()
        {
            yield return LookAheadRow.Of(0);
            yield return LookAheadRow.Of(1);
            yield return LookAheadRow.Of(2);
            throw new InvalidDataException("The source is broken.");
        }
    }

    [Fact]
    public void AnErrorOfTheProgressHandler_IsTheRows()
    {
        IDataView data = Data(3);
        using MobileNetV2FeaturizerTransformer featurizer =
            Fit(data, new() { Progress = new DirectProgress<long>(_ => throw new InvalidDataException("No ears.")) });

        Assert.Contains(
            "No ears.", Assert.ThrowsAny<Exception>(() => featurizer.Transform(data).Features()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_AmongTheRows_StopsTheWorkersSoon()
    {
        int count = 0;
        IDataView data = Data(10_000);
        using MobileNetV2FeaturizerTransformer featurizer = Fit(
            data, new() { ThreadCount = 2, Progress = new DirectProgress<long>(_ => Interlocked.Increment(ref count)) });

        Assert.Equal(5, featurizer.Transform(data).GetColumn<float[]>("Features").Take(5).Count());

        Assert.InRange(Volatile.Read(ref count), 5, 100);
    }

    [Fact]
    public void Cancel_AmongTheRows_Throws()
    {
        using var stop = new CancellationTokenSource();
        IDataView data = Data(1000);
        using MobileNetV2FeaturizerTransformer featurizer = Fit(
            data, new() { CancellationToken = stop.Token, Progress = new DirectProgress<long>(count => StopAt(count, stop)) });

        Assert.ThrowsAny<OperationCanceledException>(() => featurizer.Transform(data).Features());

        static void StopAt(long count, CancellationTokenSource stop)
        {
            if (count == 20)
            {
                stop.Cancel();
            }
        }
    }

    [Theory]
    [InlineData(-1, 1, "ThreadCount is -1", "0 (all cores) to 1024")]
    [InlineData(1025, 1, "ThreadCount is 1025", "0 (all cores) to 1024")]
    [InlineData(0, 0, "BatchSize is 0", "1 to 256")]
    [InlineData(0, 257, "BatchSize is 257", "1 to 256")]
    public void Options_OutOfRange_AreNamedWithWhatIsAllowed(int threads, int batch, string received, string allowed) =>
        AssertMessage.Tells(
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _mlContext.Transforms.FeaturizeImageWithMobileNetV2(new() { ThreadCount = threads, BatchSize = batch })).Message,
        received,
        allowed);

    private IDataView Data(int count) => _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(LookAheadRow.Of));

    private IDataView Bad(int row)
    {
        byte[] good = File.ReadAllBytes(Repository.SampleFiles(1)[0]);
        return _mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, 10).Select(number => new EncodedPhotoRow { Bytes = number == row ? [1, 2, 3] : good, Number = number }));
    }

    private MobileNetV2FeaturizerTransformer Fit(IDataView data, MobileNetV2FeaturizerOptions options) => _mlContext.Transforms
        .FeaturizeImageWithMobileNetV2(
            options.With(its => its.Weights, s_weights).With(
                its => its.InputColumnName, options.InputColumnName == "ImagePath" ? "Pixels" : options.InputColumnName))
        .Fit(data);

    private static List<DataViewRowId> Ids(IDataView data)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([]);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        var ids = new List<DataViewRowId>();
        DataViewRowId value = default;
        while (cursor.MoveNext())
        {
            id(ref value);
            ids.Add(value);
        }

        return ids;
    }
}
