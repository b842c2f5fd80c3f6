using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Tests.Data;

public sealed class RowSubsetDataViewTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void View_GivesTheChosenRowsOfTheSameSchema()
    {
        IDataView source = Source(10);

        var view = new RowSubsetDataView(source, [1, 4, 9]);

        Assert.Same(source.Schema, view.Schema);
        Assert.Equal(3, view.GetRowCount());
        Assert.False(view.CanShuffle);
        Assert.Equal([1, 4, 9], Numbers(view));
        Assert.Equal([1, 4, 9], Numbers(view));
    }

    [Fact]
    public void View_WithoutRows_IsEmpty() => Assert.Empty(Numbers(new RowSubsetDataView(Source(3), [])));

    [Fact]
    public void Cursor_GivesPositionsOfTheSubsetAndIdsOfTheSource()
    {
        IDataView source = Source(10);
        DataViewRowId[] ids = Ids(source);
        using DataViewRowCursor cursor = new RowSubsetDataView(source, [2, 3, 7]).GetRowCursor(source.Schema);
        ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
        DataViewRowId id = default;

        Assert.Equal(-1, cursor.Position);
        foreach ((int position, int row) in new[] { (0, 2), (1, 3), (2, 7) })
        {
            Assert.True(cursor.MoveNext());
            getter(ref id);
            Assert.Equal(position, cursor.Position);
            Assert.Equal(ids[row], id);
        }

        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
    }

    [Fact]
    public void Cursor_ActivatesTheColumnsThatAreAskedFor()
    {
        var view = new RowSubsetDataView(Source(3), [0]);

        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Label"]]);

        Assert.True(cursor.IsColumnActive(view.Schema["Label"]));
        Assert.False(cursor.IsColumnActive(view.Schema["Number"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<int>(view.Schema["Number"]));
    }

    [Fact]
    public void CursorSet_TogetherGivesEveryRowOnce()
    {
        var view = new RowSubsetDataView(Source(100), [.. Enumerable.Range(10, 50).Select(row => (long)row)]);
        var seen = new List<int>();

        foreach (DataViewRowCursor cursor in view.GetRowCursorSet(view.Schema, n: 4, new Random(1)))
        {
            using (cursor)
            {
                ValueGetter<int> getter = cursor.GetGetter<int>(view.Schema["Number"]);
                int number = 0;
                while (cursor.MoveNext())
                {
                    getter(ref number);
                    seen.Add(number);
                }
            }
        }

        Assert.Equal(Enumerable.Range(10, 50), seen.Order());
    }

    [Fact]
    public void Cursor_OverASourceThatHasShrunk_ThrowsSayingWhatASplitNeeds()
    {
        List<SplitRow> rows = SplitRow.OfClasses(5);
        var view = new RowSubsetDataView(_mlContext.Data.LoadFromEnumerable(Growing(rows)), [0, 4]);
        rows.RemoveRange(3, 2);

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Numbers(view));

        Assert.StartsWith("The data has 3 rows now, but had at least 5 when it was split.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Parts_OverASourceOfOtherRowsThanAtTheSplit_ThrowSayingWhatASplitNeeds(int change)
    {
        List<SplitRow> rows = SplitRow.OfClasses(10, 10);
        DataOperationsCatalog.TrainTestData split = _mlContext.Data.StratifiedTrainTestSplit(
            _mlContext.Data.LoadFromEnumerable(Growing(rows)), 0.3);
        if (change > 0)
        {
            rows.Insert(0, new SplitRow { Label = "a" });
        }
        else
        {
            rows.RemoveAt(0);
        }

        foreach (IDataView part in (IDataView[])[split.TrainSet, split.TestSet])
        {
            InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Numbers(part));

            Assert.Contains(
                " 20 when it was split. A split needs the same rows in the same order on every pass.",
                exception.Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void View_UnderMLNetsRowOperations_KeepsItsRows()
    {
        long[] chosen = [.. Enumerable.Range(0, 60).Where(row => row % 3 == 0).Select(row => (long)row)];
        int[] numbers = [.. chosen.Select(row => (int)row)];
        var view = new RowSubsetDataView(Source(60), chosen);

        Assert.Equal(numbers, Numbers(_mlContext.Data.ShuffleRows(view, seed: 2)).Order());
        Assert.NotEqual(numbers, Numbers(_mlContext.Data.ShuffleRows(view, seed: 2)));
        Assert.Equal(numbers, Numbers(_mlContext.Data.Cache(view)));
        Assert.Equal(numbers, Numbers(_mlContext.Data.ShuffleRows(_mlContext.Data.Cache(view))).Order());
        Assert.Equal(numbers[..4], Numbers(_mlContext.Data.TakeRows(view, 4)));
        Assert.Equal(numbers[4..], Numbers(_mlContext.Data.SkipRows(view, 4)));
        Assert.Equal(
            numbers.Where(number => number % 2 == 0),
            Numbers(_mlContext.Data.FilterRowsByColumn(view, "Feature", upperBound: 0.5)));
        Assert.Equal(numbers, _mlContext.Data.CreateEnumerable<SplitRow>(view, reuseRowObject: false).Select(row => row.Number));
        Assert.Equal(20, view.Preview(maxRows: 100).RowView.Length);

        DataOperationsCatalog.TrainTestData halves = _mlContext.Data.TrainTestSplit(view, 0.5);
        Assert.Equal(numbers, Numbers(halves.TrainSet).Concat(Numbers(halves.TestSet)).Order());
    }

    [Fact]
    public void View_OverAShuffledSource_GivesTheSameRowsOnEveryPass()
    {
        IDataView shuffled = _mlContext.Data.ShuffleRows(Source(200), seed: 5);
        var even = new RowSubsetDataView(shuffled, [.. Enumerable.Range(0, 100).Select(row => row * 2L)]);
        var odd = new RowSubsetDataView(shuffled, [.. Enumerable.Range(0, 100).Select(row => (row * 2L) + 1)]);

        Assert.Equal(Numbers(even), Numbers(even));
        Assert.Equal(Enumerable.Range(0, 200), Numbers(even).Concat(Numbers(odd)).Order());
    }

    [Fact]
    public void View_OverATransformThatRunsOnManyThreads_KeepsTheOrder()
    {
        IDataView source = Source(20_000);
        IDataView transformed = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.Conversion.MapKeyToVector("Features", "Label"))
            .Fit(source).Transform(source);
        var view = new RowSubsetDataView(transformed, [.. Enumerable.Range(0, 10_000).Select(row => row * 2L)]);

        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        ValueGetter<int> number = cursor.GetGetter<int>(view.Schema["Number"]);
        ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        int value = 0;
        VBuffer<float> vector = default;
        for (int row = 0; row < 10_000; row++)
        {
            Assert.True(cursor.MoveNext());
            number(ref value);
            features(ref vector);
            Assert.Equal(row * 2, value);
            Assert.Equal([1, 0], vector.DenseValues());
        }
    }

    [Fact]
    public void View_OfASubset_CanBeSplitAgain()
    {
        IDataView outer = new RowSubsetDataView(Source(10), [1, 3, 5, 7]);

        Assert.Equal([3, 7], Numbers(new RowSubsetDataView(outer, [1, 3])));
    }

    [Fact]
    public void View_ReadByManyThreads_GivesTheSameRows()
    {
        var view = new RowSubsetDataView(Source(1000), [.. Enumerable.Range(0, 500).Select(row => row * 2L)]);

        int[][] passes = [.. Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(4).Select(_ => Numbers(view))];

        Assert.All(passes, pass => Assert.Equal(Enumerable.Range(0, 500).Select(row => row * 2), pass));
    }

    private IDataView Source(int count) =>
        _mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, count)
                .Select(number => new SplitRow { Number = number, Label = $"{number % 2}", Feature = number % 2 }).ToList());

    private static DataViewRowId[] Ids(IDataView view)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([]);
        ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
        var ids = new List<DataViewRowId>();
        DataViewRowId id = default;
        while (cursor.MoveNext())
        {
            getter(ref id);
            ids.Add(id);
        }

        return [.. ids];
    }

    private static IEnumerable<SplitRow> Growing(List<SplitRow> rows)
    {
        foreach (SplitRow row in rows)
        {
            yield return row;
        }
    }

    private static int[] Numbers(IDataView view) => [.. view.GetColumn<int>("Number")];
}
