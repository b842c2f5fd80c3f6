using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Training;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class LearningRateTrialTests
{
    private static readonly FineTuneOptions s_options = TinyTraining.Plain with { Optimizer = OptimizerKind.Sgd, LearningRate = 1e-3 };

    [Fact]
    public void Run_ToASmallRate_TriesAllOfThem()
    {
        LearningRateSearch found = Run(s_options, new() { From = 1e-6, To = 1e-3, Steps = 31 });

        Assert.Equal(31, found.Points.Count);
        double average = 0;
        foreach ((int step, LearningRatePoint point) in found.Points.Index())
        {
            average = (0.9 * average) + (0.1 * point.Loss);
            Assert.Equal(1e-6 * Math.Pow(10, step / 10.0), point.LearningRate, 1e-12);
            Assert.Equal(average / (1 - Math.Pow(0.9, step + 1)), point.SmoothedLoss, 1e-9);
        }

        Assert.Equal(found.Points.MinBy(point => point.SmoothedLoss)!.LearningRate / 10, found.Suggestion, 1e-12);
    }

    [Fact]
    public void Run_UntilTheLossRunsAway_EndsThere()
    {
        LearningRateSearch found = Run(s_options with { ClipGradient = 0 }, new() { From = 1e-6, To = 1e6, Steps = 60 });

        Assert.InRange(found.Points.Count, 10, 59);
        double least = found.Points.Min(point => point.SmoothedLoss);
        Assert.All(found.Points, point => Assert.InRange(point.SmoothedLoss, least, Math.Max(Math.Log(2), 4 * found.Points[0].Loss)));
        Assert.InRange(found.Suggestion, 1e-7, found.Points[^1].LearningRate / 10);
    }

    [Fact]
    public void Run_ALossThatIsNotFinite_SaysSo()
    {
        using var training = new TinyTraining();
        float[] kernel = new float[2 * training.Weights.FeatureCount];
        Array.Fill(kernel, float.MaxValue);
        using var setup = new TrainingPipeline(
            training.Weights.WithClassifier(kernel, new float[2]),
            new GradientOptions(),
            s_options,
            training.Photos,
            new LabelTargets(training.Photos.Labels, 2, 0),
            [.. Enumerable.Repeat(1f, training.Photos.Count)]);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => new LearningRateTrial(s_options, setup.Engine, setup.Loader).Run(
                new() { From = 1e-3 }, TestContext.Current.CancellationToken));

        Assert.StartsWith("The loss is not a finite number at the first learning rate, 0.001.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AnyNumberOfWorkers_FindsTheSame()
    {
        var search = new LearningRateSearchOptions { To = 0.01, Steps = 12 };

        Assert.Equal(
            Run(s_options, search).Points.Select(point => (point.Loss, point.SmoothedLoss)),
            Run(s_options with { ThreadCount = 2 }, search).Points.Select(point => (point.Loss, point.SmoothedLoss)));
    }

    [Fact]
    public void Run_Cancelled_Throws()
    {
        using var training = new TinyTraining();
        using TrainingPipeline setup = training.SetUp(s_options, FineTuneBlocks.HeadOnly);

        Assert.ThrowsAny<OperationCanceledException>(
            () => new LearningRateTrial(s_options, setup.Engine, setup.Loader).Run(new(), new CancellationToken(true)));
    }

    private static LearningRateSearch Run(FineTuneOptions options, LearningRateSearchOptions search)
    {
        using var training = new TinyTraining();
        using TrainingPipeline setup = training.SetUp(options, FineTuneBlocks.Last(1));
        return new LearningRateTrial(options, setup.Engine, setup.Loader).Run(search, TestContext.Current.CancellationToken);
    }
}
