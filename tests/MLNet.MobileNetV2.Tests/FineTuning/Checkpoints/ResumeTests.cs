using MLNet.MobileNetV2.Tests.FineTuning.Training;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Checkpoints;

public sealed class ResumeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OptimizerKind.AdamW, BatchNormTraining.BatchStatistics, 1, 1)]
    [InlineData(OptimizerKind.AdamW, BatchNormTraining.Frozen, 4, 1)]
    [InlineData(OptimizerKind.Sgd, BatchNormTraining.Frozen, 5, 2)]
    [InlineData(OptimizerKind.Sgd, BatchNormTraining.ScaleAndShift, 7, 100)]
    public void Run_StoppedAndResumed_EndsAsOneThatWasNot(
        OptimizerKind optimizer, BatchNormTraining batchNorm, int stopAfter, int everySteps)
    {
        using var training = new TinyTraining(photos: 10, form: BatchNormForm.Apart);
        FineTuneOptions options = TinyTraining.Plain with
        {
            Optimizer = optimizer,
            BatchNorm = batchNorm,
            Augmentation = ImageAugmentation.Strong,
            MixupAlpha = 0.3,
            Dropout = 0.2,
            WeightAverageDecay = 0.9,
            LearningRate = 1e-3,
        };
        FineTuneOptions saved = options with { Checkpoint = new(_folder.Path) { EverySteps = everySteps, Resume = true } };
        TrainedNetwork expected = training.Train(options, FineTuneBlocks.Last(2), new FakeValidator(0.5, 0.6, 0.4, 0.7));
        using var stop = new CancellationTokenSource();
        int steps = 0;

        Assert.ThrowsAny<OperationCanceledException>(() => training.Train(
            saved, FineTuneBlocks.Last(2), new FakeValidator(0.5, 0.6, 0.4, 0.7), StopInTime, stop.Token));
        double[] left = stopAfter < 3 ? [0.6, 0.4, 0.7] : stopAfter < 6 ? [0.4, 0.7] : [0.7];
        TrainedNetwork found = training.Train(saved, FineTuneBlocks.Last(2), new FakeValidator(left));

        Assert.Equal(expected.Validations, found.Validations);
        Assert.Equal(Values(expected.Weights), Values(found.Weights));
        Assert.Equal([CheckpointStates.FileName], _folder.Names());

        void StopInTime(FineTuneProgress progress)
        {
            steps += progress.Step > 0 ? 1 : 0;
            if (steps == stopAfter)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void Run_ResumedAfterItsEnd_TrainsNoMore()
    {
        using var training = new TinyTraining();
        FineTuneOptions options = TinyTraining.Plain with { Checkpoint = new(_folder.Path) { Resume = true } };
        TrainedNetwork first = training.Train(options, FineTuneBlocks.HeadOnly, new FakeValidator(0.5, 0.6));
        var reports = new List<FineTuneProgress>();

        TrainedNetwork second = training.Train(options, FineTuneBlocks.HeadOnly, new FakeValidator(0.1), reports.Add);

        Assert.Equal(Values(first.Weights), Values(second.Weights));
        Assert.Equal(first.Validations, second.Validations);
        Assert.Empty(reports);
    }

    [Fact]
    public void Run_OtherOptions_AreRefused()
    {
        using var training = new TinyTraining();
        FineTuneOptions options = TinyTraining.Plain with { Checkpoint = new(_folder.Path) { Resume = true } };
        training.Train(options, FineTuneBlocks.HeadOnly);

        Assert.Contains(
            "other options",
            Assert.Throws<CheckpointException>(() => training.Train(options with { Epochs = 9 }, FineTuneBlocks.HeadOnly)).Message,
            StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(
            () => training.Train(options with { Checkpoint = new(_folder.Path) }, FineTuneBlocks.HeadOnly));
    }

    private static float[] Values(MobileNetV2Weights weights) =>
        [.. weights.Tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal).SelectMany(tensor => tensor.Value.Values.ToArray())];
}
