using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Data;
using TrainTestData = Microsoft.ML.DataOperationsCatalog.TrainTestData;

namespace MLNet.MobileNetV2.Tests.Data;

public sealed class StratifiedFoldsTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Property(MaxTest = 60)]
    public Property Folds_WithAnyClasses_TestEveryRowOnceInEqualShares()
    {
        Gen<(int[] Counts, int Folds, int Seed)> cases =
            from counts in Gen.Choose(1, 20).NonEmptyListOf()
            from folds in Gen.Choose(2, 7)
            from seed in Gen.Choose(int.MinValue, int.MaxValue)
            select (counts.Take(5).Append(7).ToArray(), folds, seed);
        return Prop.ForAll(cases.ToArbitrary(), one =>
        {
            List<SplitRow> rows = SplitRow.OfClasses(one.Counts);
            HashSet<string> single = [.. rows.CountBy(row => row.Label).Where(pair => pair.Value == 1).Select(pair => pair.Key)];
            IDataView data = _mlContext.Data.LoadFromEnumerable(rows);

            IReadOnlyList<TrainTestData> folds = StratifiedSplit.Folds(_mlContext.Data, data, "Label", one.Folds, one.Seed);

            Assert.Equal(one.Folds, folds.Count);
            Assert.Equal(
                rows.Where(row => !single.Contains(row.Label)).Select(row => row.Number),
                folds.SelectMany(fold => Numbers(fold.TestSet)).Order());
            Assert.All(folds,
                fold => Assert.Equal(rows.Select(row => row.Number), Numbers(fold.TrainSet).Concat(Numbers(fold.TestSet)).Order()));
            AssertEqualShares(folds.Select(fold => Numbers(fold.TestSet).Length));
            foreach (string label in rows.Select(row => row.Label).Distinct())
            {
                AssertEqualShares(folds.Select(fold => fold.TestSet.GetColumn<string>("Label").Count(name => name == label)));
                Assert.All(folds, fold => Assert.Contains(label, fold.TrainSet.GetColumn<string>("Label")));
            }
        });
    }

    [Fact]
    public void Folds_WithTheSameSeed_AreTheSame()
    {
        Assert.Equal(TestRows(seed: 4), TestRows(seed: 4));
        Assert.NotEqual(TestRows(seed: 4), TestRows(seed: 5));
        Assert.Equal(TestRows(seed: null), TestRows(seed: null));

        int[][] TestRows(int? seed) =>
            [.. StratifiedSplit.Folds(_mlContext.Data, Rows(10, 15), "Label", 5, seed, TestStop).Select(fold => Numbers(fold.TestSet))];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-1)]
    public void Folds_WithFewerThanTwo_ThrowsNamingTheNumber(int folds)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
            "numberOfFolds", () => StratifiedSplit.Folds(_mlContext.Data, Rows(4, 4), "Label", folds, cancellationToken: TestStop));

        Assert.Equal(folds, exception.ActualValue);
    }

    [Fact]
    public void Folds_WithFewerRowsThanFolds_ThrowsNamingBoth()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(
            "numberOfFolds", () => StratifiedSplit.Folds(_mlContext.Data, Rows(4, 1), "Label", 5, cancellationToken: TestStop));

        Assert.StartsWith(
            "5 folds need at least 5 rows in classes of two or more; the data has 4.",
            exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folds_WhenCancelled_Stops() =>
        Assert.Throws<OperationCanceledException>(
            () => StratifiedSplit.Folds(_mlContext.Data, Rows(4, 4), "Label", 2, cancellationToken: new(canceled: true)));

    private static void AssertEqualShares(IEnumerable<int> counts)
    {
        int[] all = [.. counts];
        Assert.InRange(all.Max() - all.Min(), 0, 1);
    }

    private IDataView Rows(params int[] counts) => _mlContext.Data.LoadFromEnumerable(SplitRow.OfClasses(counts));

    private static int[] Numbers(IDataView view) => [.. view.GetColumn<int>("Number")];

    private static CancellationToken TestStop => TestContext.Current.CancellationToken;
}
