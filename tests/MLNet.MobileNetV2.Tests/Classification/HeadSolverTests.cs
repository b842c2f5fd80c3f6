using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Tests.Classification;

/// <summary>What the options of a head do beyond the plain solution.</summary>
public sealed class HeadSolverTests
{
    private const int Columns = 40;

    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Fit_WithCalibratedScores_HasSmallerLogLossOnOtherRows_AndTheSamePredictions()
    {
        (IDataView rows, IDataView others) = (Rows(120, seed: 1), Rows(600, seed: 2));

        MulticlassClassificationMetrics plain = Evaluate(new() { L2Regularization = 1e-4f }, rows, others, out uint[] predicted);
        MulticlassClassificationMetrics calibrated = Evaluate(
            new() { L2Regularization = 1e-4f, CalibratesScores = true }, rows, others, out uint[] again);

        Assert.Equal(predicted, again);
        Assert.True(calibrated.LogLoss < 0.7 * plain.LogLoss, $"{calibrated.LogLoss} is not far below {plain.LogLoss}.");
    }

    [Fact]
    public void Fit_WithSelectedRegularisation_TakesMoreOfItWhereFeaturesAreNoisy()
    {
        (IDataView rows, IDataView others) = (Rows(120, seed: 3), Rows(600, seed: 4));

        MulticlassClassificationMetrics plain = Evaluate(new() { L2Regularization = 0.1f }, rows, others, out _);
        MulticlassClassificationMetrics selected = Evaluate(
            new() { L2Regularization = 0.1f, SelectsL2Regularization = true }, rows, others, out uint[] predicted);
        uint[][] candidates =
        [
            .. ((float[])[0.1f, 1, 10]).Select(l2 =>
            {
                Evaluate(new() { L2Regularization = l2 }, rows, others, out uint[] ofCandidate);
                return ofCandidate;
            }),
        ];

        Assert.True(selected.LogLoss < plain.LogLoss);
        Assert.Contains(candidates[1..], candidate => candidate.SequenceEqual(predicted));
    }

    [Fact]
    public void Fit_WithSmoothedLabels_IsLessSure()
    {
        (IDataView rows, IDataView others) = (Rows(120, seed: 1), Rows(600, seed: 2));

        MulticlassClassificationMetrics plain = Evaluate(new() { L2Regularization = 1e-4f }, rows, others, out _);
        MulticlassClassificationMetrics smoothed = Evaluate(
            new() { L2Regularization = 1e-4f, LabelSmoothing = 0.2f }, rows, others, out _);

        Assert.True(smoothed.LogLoss < 0.7 * plain.LogLoss, $"{smoothed.LogLoss} is not far below {plain.LogLoss}.");
        Assert.InRange(smoothed.MicroAccuracy, plain.MicroAccuracy - 0.05, 1);
    }

    [Fact]
    public void Fit_WithBalancedClasses_IsThatOfWeightedRows()
    {
        IDataView rows = Rows(90, seed: 5, share: 0.8);
        int[] counts = [.. rows.GetColumn<uint>("Label").CountBy(label => label).OrderBy(count => count.Key).Select(count => count.Value)];
        IDataView weighted = _mlContext.Transforms.CustomMapping<Row, Weighted>(
            (row, target) => target.Weight = 90f / 2 / counts[row.Label - 1], null).Fit(rows).Transform(rows);

        IDataView others = Rows(600, seed: 9);

        Evaluate(new() { BalancesClasses = true }, rows, others, out uint[] balanced);
        Evaluate(new() { ExampleWeightColumnName = "Weight" }, weighted, others, out uint[] expected);
        Evaluate(new(), rows, others, out uint[] plain);

        Assert.Equal(expected, balanced);
        Assert.True(balanced.Count(label => label == 2) > plain.Count(label => label == 2));
    }

    [Fact]
    public void Fit_OfFewRows_IsThePlainSolution()
    {
        IDataView rows = Rows(12, seed: 6);

        MulticlassClassificationMetrics plain = Evaluate(new(), rows, rows, out _);
        MulticlassClassificationMetrics asked = Evaluate(
            new() { CalibratesScores = true, SelectsL2Regularization = true }, rows, rows, out _);

        Assert.Equal(plain.LogLoss, asked.LogLoss);
    }

    [Fact]
    public void Fit_WithProgress_ReportsTheLastTrainingAlone()
    {
        var iterations = new List<int>();
        var progress = new Support.DirectProgress<HeadTrainingProgress>(one => iterations.Add(one.Iteration));

        Evaluate(new() { CalibratesScores = true, Progress = progress }, Rows(60, seed: 7), Rows(60, seed: 8), out _);

        Assert.Equal(Enumerable.Range(0, iterations.Count), iterations);
    }

    private MulticlassClassificationMetrics Evaluate(
        MobileNetV2HeadOptions options, IDataView rows, IDataView others, out uint[] predicted)
    {
        IDataView scored = _mlContext.MulticlassClassification.Trainers.MobileNetV2Head(options).Fit(rows).Transform(others);
        predicted = [.. scored.GetColumn<uint>("PredictedLabel")];
        return _mlContext.MulticlassClassification.Evaluate(scored);
    }

    // ML.NET adds 1 to the numbers that it makes keys of. Two classes a step apart in the first feature; the others are noise.
    private IDataView Rows(int count, int seed, double share = 0.5)
    {
        var random = new Random(seed);
        return _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
        {
            bool isFirst = random.NextDouble() < share;
            float[] features = [.. Enumerable.Range(0, Columns).Select(_ => (2 * random.NextSingle()) - 1)];
            features[0] += isFirst ? 0.5f : -0.5f;
            return new Row { Label = isFirst ? 0u : 1u, Features = features };
        }).ToArray());
    }

    private sealed class Row
    {
        [KeyType(2)]
        public uint Label { get; set; }

        [VectorType(Columns)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Weighted
    {
        public float Weight { get; set; }
    }
}
