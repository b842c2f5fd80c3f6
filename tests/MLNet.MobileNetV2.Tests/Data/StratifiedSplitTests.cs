using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Data;
using TrainTestData = Microsoft.ML.DataOperationsCatalog.TrainTestData;

namespace MLNet.MobileNetV2.Tests.Data;

public sealed class StratifiedSplitTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Property(MaxTest = 100)]
    public Property Split_WithAnyClasses_IsDisjointCompleteAndProportional()
    {
        Gen<(int[] Counts, double Fraction, int Seed)> cases =
            from counts in Gen.Choose(1, 40).NonEmptyListOf()
            from percent in Gen.Choose(1, 99)
            from seed in Gen.Choose(int.MinValue, int.MaxValue)
            select (counts.Take(6).Append(2).ToArray(), percent / 100.0, seed);
        return Prop.ForAll(cases.ToArbitrary(), one =>
        {
            IDataView data = _mlContext.Data.LoadFromEnumerable(SplitRow.OfClasses(one.Counts));

            TrainTestData split = StratifiedSplit.Split(_mlContext.Data, data, "Label", one.Fraction, one.Seed);

            Assert.Equal(Enumerable.Range(0, one.Counts.Sum()), Numbers(split.TrainSet).Concat(Numbers(split.TestSet)).Order());
            for (int label = 0; label < one.Counts.Length; label++)
            {
                int count = one.Counts[label];
                int expected = count == 1
                    ? 0
                    : Math.Clamp((int)Math.Round(count * one.Fraction, MidpointRounding.AwayFromZero), 1, count - 1);
                Assert.Equal(expected, split.TestSet.GetColumn<string>("Label").Count(name => name == $"{(char)('a' + label)}"));
            }
        });
    }

    [Property(MaxTest = 30)]
    public void Split_WithTheSameSeed_GivesTheSameParts(int seed)
    {
        IDataView data = Rows(20, 30);

        int[] first = Numbers(StratifiedSplit.Split(_mlContext.Data, data, "Label", 0.3, seed).TestSet);

        Assert.Equal(first, Numbers(StratifiedSplit.Split(new MLContext(seed: 9).Data, data, "Label", 0.3, seed).TestSet));
    }

    [Fact]
    public void Split_WithAnotherSeed_GivesOtherParts()
    {
        IDataView data = Rows(20, 30);

        Assert.NotEqual(
            Numbers(StratifiedSplit.Split(_mlContext.Data, data, "Label", 0.3, seed: 1, TestStop).TestSet),
            Numbers(StratifiedSplit.Split(_mlContext.Data, data, "Label", 0.3, seed: 2, TestStop).TestSet));
    }

    [Fact]
    public void Split_WithoutASeed_FollowsTheContext()
    {
        IDataView data = Rows(20, 30);

        Assert.Equal(WithoutSeed(new MLContext(seed: 1)), WithoutSeed(new MLContext(seed: 1)));
        Assert.NotEqual(WithoutSeed(new MLContext(seed: 1)), WithoutSeed(new MLContext(seed: 2)));

        int[] WithoutSeed(MLContext mlContext) =>
            Numbers(StratifiedSplit.Split(mlContext.Data, data, "Label", 0.3, cancellationToken: TestStop).TestSet);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-7)]
    [InlineData(int.MaxValue)]
    public void Split_WithoutASeed_TakesThatOfTheContext(int seed)
    {
        IDataView data = Rows(20, 30);

        Assert.Equal(
            Numbers(StratifiedSplit.Split(_mlContext.Data, data, "Label", 0.3, seed, TestStop).TestSet),
            Numbers(StratifiedSplit.Split(new MLContext(seed).Data, data, "Label", 0.3, cancellationToken: TestStop).TestSet));
    }

    [Fact]
    public void Split_KeepsTheOrderOfTheData()
    {
        TrainTestData split = StratifiedSplit.Split(_mlContext.Data, Rows(20, 30), "Label", 0.3, seed: 1, TestStop);

        Assert.Equal(Numbers(split.TrainSet).Order(), Numbers(split.TrainSet));
        Assert.Equal(Numbers(split.TestSet).Order(), Numbers(split.TestSet));
    }

    [Theory]
    [InlineData(DataKind.String)]
    [InlineData(DataKind.Boolean)]
    [InlineData(DataKind.SByte)]
    [InlineData(DataKind.Byte)]
    [InlineData(DataKind.Int16)]
    [InlineData(DataKind.UInt16)]
    [InlineData(DataKind.Int32)]
    [InlineData(DataKind.UInt32)]
    [InlineData(DataKind.Int64)]
    [InlineData(DataKind.UInt64)]
    [InlineData(DataKind.Single)]
    [InlineData(DataKind.Double)]
    public void Split_WithAnyLabelType_TakesEachClassesShare(DataKind kind)
    {
        IDataView numbers = _mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, 50).Select(number => new SplitRow { Number = number, Label = number % 5 == 0 ? "1" : "0" }));
        IDataView data = _mlContext.Transforms.Conversion.ConvertType("Typed", "Label", kind).Fit(numbers).Transform(numbers);

        TrainTestData split = StratifiedSplit.Split(_mlContext.Data, data, "Typed", 0.2, cancellationToken: TestStop);

        Assert.Equal(8, split.TestSet.GetColumn<string>("Label").Count(label => label == "0"));
        Assert.Equal(2, split.TestSet.GetColumn<string>("Label").Count(label => label == "1"));
    }

    [Fact]
    public void Split_WithALabelOfDatesTimesOrIds_TakesEachClassesShare()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 50).Select(number => new TimedRow
        {
            Date = new DateTime(2024, 3, 1 + (number % 5 / 4)),
            Moment = new DateTimeOffset(2024, 3, 1 + (number % 5 / 4), 12, 0, 0, TimeSpan.Zero).ToOffset(TimeSpan.FromHours(number % 3)),
            Span = TimeSpan.FromSeconds(number % 5 / 4),
            Id = new DataViewRowId((ulong)(number % 5 / 4), 1),
        }));
        foreach (string column in new[] { "Date", "Moment", "Span", "Id" })
        {
            TrainTestData split = StratifiedSplit.Split(_mlContext.Data, data, column, 0.2, cancellationToken: TestStop);

            Assert.Equal(2, split.TestSet.GetColumn<TimeSpan>("Span").Count(span => span > TimeSpan.Zero));
            Assert.Equal(8, split.TestSet.GetColumn<TimeSpan>("Span").Count(span => span == TimeSpan.Zero));
        }
    }

    [Fact]
    public void Split_WithAKeyLabel_TakesEachClassesShareAndKeepsTheKeyNames()
    {
        IDataView rows = Rows(40, 10);
        IDataView data = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);

        TrainTestData split = StratifiedSplit.Split(_mlContext.Data, data, "Label", 0.2, cancellationToken: TestStop);

        Assert.Equal([8, 2],
            split.TestSet.GetColumn<uint>("Label").CountBy(key => key).OrderBy(pair => pair.Key).Select(pair => pair.Value));
        Assert.True(split.TestSet.Schema["Label"].HasKeyValues());
    }

    [Fact]
    public void Split_WithMissingLabels_TreatsThemAsAClass()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, 20).Select(number => new SplitRow { Number = number, Feature = number % 2 == 0 ? float.NaN : 1 }));

        TrainTestData split = StratifiedSplit.Split(_mlContext.Data, data, "Feature", 0.2, cancellationToken: TestStop);

        Assert.Equal(2, split.TestSet.GetColumn<float>("Feature").Count(float.IsNaN));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Split_WithAFractionOutsideZeroToOne_ThrowsNamingIt(double fraction)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
            "testFraction", () => StratifiedSplit.Split(_mlContext.Data, Rows(2), "Label", fraction, cancellationToken: TestStop));

        Assert.Equal(fraction, exception.ActualValue);
        Assert.Contains("between 0 and 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Split_WithoutTheLabelColumn_ThrowsNamingTheColumnsThatAreThere() =>
        AssertThrows(Rows(2), "Class", "There is no label column 'Class'; the data has 'Number', 'Label', 'Feature'.");

    [Fact]
    public void Split_WithAVectorLabel_ThrowsNamingItsType()
    {
        IDataView rows = Rows(2);
        IDataView data = _mlContext.Transforms.Concatenate("Features", "Feature").Fit(rows).Transform(rows);

        AssertThrows(data, "Features", "The label column 'Features' has type Vector<Single, 1>; a text, key, Boolean, number, date, "
            + "time or row id is needed.");
    }

    [Fact]
    public void Split_WithoutRows_Throws() => AssertThrows(Rows(), "Label", "The data has no rows.");

    [Fact]
    public void Split_WithoutAClassOfTwoRows_ThrowsNamingTheColumn() =>
        AssertThrows(Rows(1, 1, 1), "Number", "No class has two rows: the column 'Number' has 3 values in 3 rows. Is it the label?");

    [Fact]
    public void Split_WhenCancelled_Stops() =>
        Assert.Throws<OperationCanceledException>(
            () => StratifiedSplit.Split(_mlContext.Data, Rows(2), "Label", 0.5, cancellationToken: new(canceled: true)));

    [Fact]
    public void Split_WithoutACatalogOrData_Throws()
    {
        Assert.Throws<ArgumentNullException>("catalog",
            () => StratifiedSplit.Split(null!, Rows(2), "Label", 0.5, cancellationToken: TestStop));
        Assert.Throws<ArgumentNullException>("data",
            () => StratifiedSplit.Split(_mlContext.Data, null!, "Label", 0.5, cancellationToken: TestStop));
    }

    private void AssertThrows(IDataView data, string label, string message)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => StratifiedSplit.Split(_mlContext.Data, data, label, 0.2, cancellationToken: TestStop));

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    private IDataView Rows(params int[] counts) => _mlContext.Data.LoadFromEnumerable(SplitRow.OfClasses(counts));

    private static int[] Numbers(IDataView view) => [.. view.GetColumn<int>("Number")];

    private static CancellationToken TestStop => TestContext.Current.CancellationToken;

    private sealed class TimedRow
    {
        public DateTime Date { get; set; }

        public DateTimeOffset Moment { get; set; }

        public TimeSpan Span { get; set; }

        public DataViewRowId Id { get; set; }
    }
}
