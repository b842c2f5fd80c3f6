using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

/// <summary>The embedded weights on the sample set.</summary>
[Trait("Category", "Slow")]
public class SampleSetTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void Fit_OnTheSampleSet_TellsHeldOutPhotosAndLowersTheTrainingLoss(int blocks)
    {
        (IDataView train, IDataView test) = Split();
        var losses = new List<double>();
        var options = new MobileNetV2TrainerOptions
        {
            Weights = WeightsSource.Embedded,
            FineTuneBlocks = blocks < 0 ? FineTuneBlocks.All : FineTuneBlocks.Last(blocks),
            FineTuning = new() { Epochs = 3, BatchSize = 16 },
            Progress = new DirectProgress<FineTuneProgress>(state =>
            {
                if (state.Step == state.Steps)
                {
                    losses.Add(state.Loss!.Value);
                }
            }),
        };

        using var model = options.Fit(_mlContext, train);

        double accuracy = _mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        double head = Accuracy(new() { Weights = WeightsSource.Embedded }, train, test);
        Assert.InRange(accuracy, Math.Max(0.6, head - 0.1), 1);
        Assert.InRange(losses[^1], 0, losses[0]);
        Assert.Equal(MobileNetV2Architecture.DefaultFeatureCount, TinyNetwork.NetworkOf(model).FeatureCount);
    }

    [Fact]
    public void FineTuneIfBetter_OnTheSampleSet_IsNotMuchWorseThanTheHead()
    {
        (IDataView train, IDataView test) = Split();
        var options = new MobileNetV2TrainerOptions { Weights = WeightsSource.Embedded };

        double head = Accuracy(options, train, test);
        double chosen = Accuracy(
            options.With(its => its.FineTuneBlocks, 1).With(its => its.FineTuneIfBetter, true).With(
                its => its.FineTuning, new() { Epochs = 3, BatchSize = 16 }), train, test);

        Assert.InRange(chosen, head - 0.1, 1);
    }

    private double Accuracy(MobileNetV2TrainerOptions options, IDataView train, IDataView test)
    {
        using var model = options.Fit(_mlContext, train);
        return _mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
    }

    private (IDataView Train, IDataView Test) Split()
    {
        IDataView text = _mlContext.Data.LoadFromEnumerable(Photos.Rows(18));
        IDataView keyed = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(text).Transform(text);
        DataOperationsCatalog.TrainTestData split = _mlContext.Data.StratifiedTrainTestSplit(keyed, 0.4, seed: 1);
        return (split.TrainSet, split.TestSet);
    }
}
