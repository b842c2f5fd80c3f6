using MLNet.MobileNetV2.FineTuning.Optimization;
using MLNet.MobileNetV2.FineTuning.Training;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class FineTunerTests : IDisposable
{
    private readonly TinyTraining _training = new(photos: 10, classes: 2);

    public void Dispose() => _training.Dispose();

    [Theory]
    [InlineData(OptimizerKind.AdamW, 0.4)]
    [InlineData(OptimizerKind.Sgd, 0.0)]
    public void Run_OneOrTwoWorkers_GivesTheSameBits(OptimizerKind optimizer, double mixup)
    {
        FineTuneOptions options = TinyTraining.Plain with
        {
            Optimizer = optimizer,
            Augmentation = ImageAugmentation.Strong,
            MixupAlpha = mixup,
            Dropout = 0.2,
            LabelSmoothing = 0.1,
            WeightAverageDecay = 0.9,
        };

        TrainedNetwork one = _training.Train(options with { ThreadCount = 1 }, FineTuneBlocks.All);
        TrainedNetwork two = _training.Train(options with { ThreadCount = 2 }, FineTuneBlocks.All);
        TrainedNetwork other = _training.Train(options with { Seed = 6 }, FineTuneBlocks.All);

        AssertSame(one.Weights, two.Weights);
        Assert.NotEqual(Values(one.Weights), Values(other.Weights));
        Assert.NotEqual(Values(_training.Weights), Values(one.Weights));
        Assert.Empty(one.Validations);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    public void Run_SomeEpochs_LearnsThePhotos(int blocks)
    {
        FineTuneOptions options = TinyTraining.Plain with { Epochs = 30, LearningRate = 2e-3, HeadLearningRate = 1e-2 };
        var losses = new List<double>();

        _training.Train(options, Blocks(blocks), report: progress => Keep(progress, losses));

        Assert.Equal(30, losses.Count);
        Assert.True(losses[^1] < 0.3 * losses[0], $"The loss went from {losses[0]} to {losses[^1]}.");

        static void Keep(FineTuneProgress progress, List<double> losses)
        {
            if (progress.Step == progress.Steps)
            {
                losses.Add(progress.Loss!.Value);
            }
        }
    }

    [Fact]
    public void Run_LastBlock_LeavesWhatIsBefore()
    {
        MobileNetV2Weights trained = _training.Train(TinyTraining.Plain, FineTuneBlocks.Last(1)).Weights;

        int last = _training.Weights.Architecture.Blocks.Count;
        foreach ((string name, WeightTensor tensor) in _training.Weights.Tensors)
        {
            bool isTrained = name.StartsWith("classifier", StringComparison.Ordinal)
                || (name.EndsWith("weight", StringComparison.Ordinal) && int.Parse(name.Split('.')[1], null) >= last);
            Assert.Equal(!isTrained, tensor.Values.Span.SequenceEqual(trained.Tensors[name].Values.Span));
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    [InlineData(6, 8)]
    [InlineData(7, 8)]
    public void Run_Patience_EndsAfterAsManyEpochsWithoutABetterOne(int patience, int epochs)
    {
        var validator = new FakeValidator(0.5, 0.6, 0.7, 0.7, 0.6);
        FineTuneOptions options = TinyTraining.Plain with { Epochs = 8, Patience = patience };

        TrainedNetwork outcome = _training.Train(options, FineTuneBlocks.HeadOnly, validator);

        Assert.Equal(epochs + 1, outcome.Validations.Count);
        Assert.Equal(epochs + 1, validator.Judged.Count);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 5)]
    public void Run_RestoreBest_GivesTheBestEpochOrTheLast(bool restore, int expected)
    {
        var validator = new FakeValidator(0.5, 0.6, 0.8, 0.7, 0.8, 0.7);
        FineTuneOptions options = TinyTraining.Plain with { Epochs = 5, RestoreBest = restore, WeightAverageDecay = 0.5 };

        TrainedNetwork outcome = _training.Train(options, FineTuneBlocks.Last(1), validator);

        using TrainingPipeline setup = _training.SetUp(options, FineTuneBlocks.Last(1));
        AssertSame(setup.Engine.ToWeights(validator.Judged[expected]), outcome.Weights);
        Assert.Equal([0.5, 0.6, 0.8, 0.7, 0.8, 0.7], outcome.Validations.Select(validation => validation.Accuracy!.Value));
    }

    [Fact]
    public void Run_StartBest_GivesTheStart()
    {
        TrainedNetwork outcome = _training.Train(TinyTraining.Plain, FineTuneBlocks.Last(1), new FakeValidator(0.9, 0.8));

        AssertSame(_training.Weights, outcome.Weights);
    }

    [Fact]
    public void Run_Reports_AreEveryStepAndEveryEpoch()
    {
        var reports = new List<FineTuneProgress>();
        var validator = new FakeValidator(0.5, 0.6, 0.7);
        FineTuneOptions options = TinyTraining.Plain with { Epochs = 2, WarmUpEpochs = 0.5, LastLearningRateFactor = 0.1 };

        TrainedNetwork outcome = _training.Train(options, FineTuneBlocks.HeadOnly, validator, reports.Add);

        Assert.Equal(
            [(0, 0), (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)], reports.Select(report => (report.Epoch, report.Step)));
        Assert.All(reports, report => Assert.Equal((2, 3), (report.Epochs, report.Steps)));
        Assert.Equal(
            outcome.Validations.Select(validation => (ValidationResult?)validation),
            reports.Where(report => report.Step is 0 or 3).Select(report => report.Validation));
        Assert.Equal((null, null, null), (reports[0].Loss, reports[0].Accuracy, reports[0].Remaining));
        var schedule = new LearningRateSchedule(6, 2, 0.1);
        foreach ((int step, FineTuneProgress report) in reports.Where(report => report.Step > 0).Index())
        {
            Assert.Equal(report.Step == 3, report.Validation is not null);
            Assert.InRange(report.Loss!.Value, 0.01, 10);
            Assert.InRange(report.Accuracy!.Value, 0, 1);
            Assert.Equal(options.LearningRate * schedule.Factor(step), report.LearningRate, 1e-12);
            Assert.True(report.ImagesPerSecond > 0);
            Assert.Equal(step < 5, report.Remaining > TimeSpan.Zero);
        }

        // The last step of an epoch has seen all ten images.
        Assert.Equal(0, Math.IEEERemainder(reports[3].Accuracy!.Value * 10, 1), 1e-9);
    }

    [Fact]
    public void Run_Loss_IsTheMeanOfTheEpochSoFar()
    {
        FineTuneOptions options = TinyTraining.Plain with { LearningRate = 1e-12, HeadLearningRate = 1e-12, Epochs = 1, WeightDecay = 0 };
        var reports = new List<FineTuneProgress>();
        var whole = new List<FineTuneProgress>();

        _training.Train(options, FineTuneBlocks.HeadOnly, report: reports.Add);
        _training.Train(options with { BatchSize = 10 }, FineTuneBlocks.HeadOnly, report: whole.Add);

        Assert.Equal(whole[1].Loss!.Value, reports[3].Loss!.Value, 1e-5);
        Assert.Equal(whole[1].Accuracy!.Value, reports[3].Accuracy!.Value, 1e-9);
        Assert.NotEqual(reports[1].Loss, reports[2].Loss);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Run_Cancelled_EndsWithinAStep(int steps)
    {
        using var stop = new CancellationTokenSource();
        int reported = 0;
        if (steps == 0)
        {
            stop.Cancel();
        }

        Assert.ThrowsAny<OperationCanceledException>(() => _training.Train(
            TinyTraining.Plain with { Epochs = 1000 }, FineTuneBlocks.Last(1), report: Count, cancellationToken: stop.Token));

        Assert.InRange(reported, steps, steps + 1);

        void Count(FineTuneProgress progress)
        {
            reported += progress.Step > 0 ? 1 : 0;
            if (reported == steps)
            {
                stop.Cancel();
            }
        }
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(4, true)]
    [InlineData(10, false)]
    [InlineData(10, true)]
    public void Run_RatesTooHigh_SaysSo(int batchSize, bool validates)
    {
        FineTuneOptions options = TinyTraining.Plain with
        {
            Optimizer =
                OptimizerKind.Sgd, LearningRate = 1e300, HeadLearningRate = 1e300, ClipGradient = 0, BatchSize = batchSize, Epochs = 1,
        };
        using TrainingPipeline setup = _training.SetUp(options, FineTuneBlocks.All);
        LabelValidator? validator = validates
            ? new(setup.Engine, setup.EvaluationSource(_training.Photos), _training.Photos.Labels, workers: 1)
            : null;
        var tuner = new FineTuner(options, setup.Engine, setup.Loader, validator, progress: null);

        TrainingDivergedException error = Assert.Throws<TrainingDivergedException>(
            () => tuner.Run(_training.Checkpoint(options), TestContext.Current.CancellationToken));

        Assert.Contains("no longer a finite number", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.Epoch);
        Assert.InRange(error.Step, 1, 3);
        Assert.Contains(
            "of epoch 1. Lower the learning rates: LearningRate and HeadLearningRate.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AverageOfBatchStatistics_AveragesTheStatisticsToo()
    {
        using var training = new TinyTraining(photos: 4, form: BatchNormForm.Apart);
        FineTuneOptions plain = TinyTraining.Plain with { Epochs = 1, BatchNorm = BatchNormTraining.BatchStatistics };
        const string Mean = "features.8.1.running_mean";

        float[] last = training.Train(plain, FineTuneBlocks.Last(1)).Weights.Tensors[Mean].Values.ToArray();
        float[] averaged = training.Train(
            plain with { WeightAverageDecay = 0.9 }, FineTuneBlocks.Last(1)).Weights.Tensors[Mean].Values.ToArray();

        // The first step keeps a tenth of what was there.
        float[] start = training.Weights.Tensors[Mean].Values.ToArray();
        Assert.NotEqual(start, last);
        Assert.All(averaged.Index(), pair => Assert.Equal((0.1f * start[pair.Index]) + (0.9f * last[pair.Index]), pair.Item, 1e-5f));
    }

    [Fact]
    public void Run_BatchStatisticsWithABatchOfOne_StaysFinite()
    {
        using var training = new TinyTraining(photos: 5, form: BatchNormForm.Apart, size: 8);
        FineTuneOptions options = TinyTraining.Plain with { BatchNorm = BatchNormTraining.BatchStatistics };

        MobileNetV2Weights trained = training.Train(options, FineTuneBlocks.All).Weights;

        Assert.All(Values(trained), value => Assert.True(float.IsFinite(value)));
    }

    private static FineTuneBlocks Blocks(int count) => count < 0 ? FineTuneBlocks.All : FineTuneBlocks.Last(count);

    private static float[] Values(MobileNetV2Weights weights) =>
        [.. weights.Tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal).SelectMany(tensor => tensor.Value.Values.ToArray())];

    private static void AssertSame(MobileNetV2Weights expected, MobileNetV2Weights found) => Assert.Equal(Values(expected), Values(found));
}
