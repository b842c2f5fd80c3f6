using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.MobileNetV2.Classification.Solver;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Classification;

public sealed class ExampleWeightTests
{
    private static readonly LabeledFeatures s_data = LabeledFeatures.Random(41, 90, 7, 4, 0.8);

    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Fit_WithWholeWeights_IsTheModelOfRepeatedRows()
    {
        int[] times = [.. Enumerable.Range(0, s_data.Labels.Length).Select(row => 1 + (row % 3))];
        WeightedRow[] repeated = [.. Enumerable.Range(0, times.Length).SelectMany(row => Enumerable.Repeat(Row(row, 1), times[row]))];

        float[][] weighted = Scores(Fit([.. times.Select((weight, row) => Row(row, weight))], "Weight"));
        float[][] expected = Scores(Fit(repeated, weightColumn: null));

        Assert.InRange(Photos.MaxDifference(expected, weighted), 0, 1e-3);
    }

    [Fact]
    public void Fit_WithAWeightOfZero_LeavesTheRowOut()
    {
        WeightedRow[] rows = [.. Enumerable.Range(0, s_data.Labels.Length).Select(row => Row(row, row % 5 == 4 ? 0 : 1))];

        float[][] weighted = Scores(Fit(rows, "Weight"));

        Assert.Equal(Scores(Fit([.. rows.Where(row => row.Weight > 0)], weightColumn: null)), weighted);
    }

    [Fact]
    public void Fit_WithWeights_ReachesTheMinimumOfTheStockTrainer()
    {
        IDataView data = Data([.. Enumerable.Range(0, s_data.Labels.Length).Select(row => Row(row, 0.25f + (row % 4)))]);
        var stock = _mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            ExampleWeightColumnName = "Weight",
            L1Regularization = 0,
            L2Regularization = 1,
            OptimizationTolerance = 1e-8f,
            NumberOfThreads = 1,
        });

        float[][] ours = Scores(HeadData.Trainer(_mlContext, new() { ExampleWeightColumnName = "Weight", L2Regularization = 1 }).Fit(data));

        Assert.InRange(Photos.MaxDifference(Scores(stock.Fit(data)), ours), 0, 5e-3);
    }

    [Theory]
    [InlineData(-1f, "is -1;")]
    [InlineData(float.NaN, "is NaN;")]
    [InlineData(float.PositiveInfinity, "is Infinity;")]
    public void Fit_WithAnImpossibleWeight_NamesRowAndColumn(float weight, string found)
    {
        WeightedRow[] rows = [.. Enumerable.Range(0, 10).Select(row => Row(row, row == 6 ? weight : 1))];

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Fit(rows, "Weight"));

        Assert.Contains("Row 6 ", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Weight'", error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Gone", "'Gone' is missing")]
    [InlineData("Name", "'Name' is of type")]
    public void Fit_WithoutAWeightColumnOfNumbers_SaysSo(string column, string problem)
    {
        IDataView data = Data([.. Enumerable.Range(0, 10).Select(row => Row(row, 1))]);
        MobileNetV2HeadTrainer trainer = HeadData.Trainer(_mlContext, new() { ExampleWeightColumnName = column });

        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => trainer.Fit(data)).Message, StringComparison.Ordinal);
        Assert.Contains(
            problem, Assert.Throws<ArgumentException>(
                () => trainer.GetOutputSchema(SchemaShapes.Of(data))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Replace_WithWeights_ScalesLossAndResiduals()
    {
        float[] plain = new float[2 * SoftmaxResiduals.Stride(4)];
        float[] weighted = new float[plain.Length];
        for (int i = 0; i < plain.Length; i++)
        {
            plain[i] = weighted[i] = i % 5;
        }

        double once = SoftmaxResiduals.Replace(plain, 4, [1, 2]);
        double thrice = SoftmaxResiduals.Replace(weighted, 4, [1, 2], [3, 3]);

        Assert.Equal(3 * once, thrice, 1e-12);
        Assert.Equal(plain.Select(value => 3 * value), weighted);
    }

    private static WeightedRow Row(int row, float weight) =>
        new() { Name = HeadData.Names[s_data.Labels[row]], Features = s_data.Rows[row], Weight = weight };

    private IDataView Data(WeightedRow[] rows)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(WeightedRow));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, s_data.Columns);
        return HeadData.Keyed(_mlContext, _mlContext.Data.LoadFromEnumerable(rows, definition));
    }

    private MulticlassPredictionTransformer<MaximumEntropyModelParameters> Fit(WeightedRow[] rows, string? weightColumn) =>
        HeadData.Trainer(_mlContext, new() { ExampleWeightColumnName = weightColumn, OptimizationTolerance = 1e-6f }).Fit(Data(rows));

    private float[][] Scores(ITransformer head) => [.. head.Transform(HeadData.Keyed(_mlContext, s_data)).GetColumn<float[]>("Score")];

    private sealed class WeightedRow
    {
        public string Name { get; set; } = "";

        public float[] Features { get; set; } = [];

        public float Weight { get; set; }
    }
}
