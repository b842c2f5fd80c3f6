using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Tests.Classification.Solver;

namespace MLNet.MobileNetV2.Tests.Classification;

public sealed class StockModelFactoryTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Constructor_ThatIsNotThere_NamesItAndTheVersionsThatWork()
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(
            () => StockModelFactory.Constructor(typeof(MaximumEntropyModelParameters), typeof(int)));

        Assert.StartsWith("MaximumEntropyModelParameters of Microsoft.ML.StandardTrainers", error.Message, StringComparison.Ordinal);
        Assert.Contains("lacks a constructor (Int32)", error.Message, StringComparison.Ordinal);
        Assert.Contains("made for Microsoft.ML 5.0.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_ScoresWithTheGivenWeights()
    {
        LabeledFeatures rows = LabeledFeatures.Random(41, 10, 3, 2);
        IDataView data = HeadData.Keyed(_mlContext, rows);
        var weights = new SoftmaxWeights([[1, 2, 3], [0.5f, 0, -1], new float[3], new float[3], new float[3]], [0.25f, -0.5f, 0, 0, 0]);

        var model = StockModelFactory.Create(_mlContext, weights, HeadData.Names, data.Schema, new());

        VBuffer<float>[] kept = [];
        model.Model.GetWeights(ref kept, out int classes);
        Assert.Equal(5, classes);
        Assert.Equal(weights.Weights, kept.Select(row => row.DenseValues().ToArray()));
        Assert.Equal(weights.Biases, model.Model.GetBiases());
        Assert.Equal("Features", model.FeatureColumnName);
        double[][] plain = [.. weights.Weights.Select((row, c) => (double[])[.. row.Select(weight => (double)weight), weights.Biases[c]])];
        Assert.Equal(
            rows.Rows.Select(row => NaiveSoftmax.Probabilities(row, plain)),
            model.Transform(data).GetColumn<float[]>("Score").Select(scores => scores.Select(score => (double)score).ToArray()),
            (left, right) => left.Zip(right).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5));
    }
}
