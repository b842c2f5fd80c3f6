using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

/// <summary>A training that is stopped and goes on ends as one that was not stopped.</summary>
public sealed class ResumedTrainingTests : IDisposable
{
    private const string FileName = "checkpoint.safetensors";

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly DiscPictures _pictures = new(8);
    private readonly TempFolder _folder = new();
    private readonly IDataView _data;

    public ResumedTrainingTests() => _data = _pictures.Keyed(_mlContext);

    public void Dispose()
    {
        _pictures.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(OptimizerKind.AdamW, BatchNormTraining.Frozen, 1)]
    [InlineData(OptimizerKind.AdamW, BatchNormTraining.BatchStatistics, 2)]
    [InlineData(OptimizerKind.Sgd, BatchNormTraining.ScaleAndShift, 2)]
    [InlineData(OptimizerKind.Sgd, BatchNormTraining.BatchStatistics, 200)]
    public void Resume_AfterAStopInMidEpoch_EndsAsIfItHadNotStopped(OptimizerKind optimizer, BatchNormTraining batchNorm, int everySteps)
    {
        MobileNetV2TrainerOptions options = TinyNetwork.Options().With(tuning => tuning with
        {
            Epochs = 4,
            Optimizer = optimizer,
            BatchNorm = batchNorm,
            Augmentation = ImageAugmentation.Strong,
            MixupAlpha = 0.4,
            WeightAverageDecay = 0.9,
            UnfreezingEpochs = 2,
            BalanceClasses = true,
        });
        options = options.With(its => its.ValidationFraction, 0.25);
        float[][] expected = options.FitAndScore(_mlContext, _data);

        Stop(options, everySteps, epoch: 3, step: 2);
        float[][] found = Resume(options, everySteps).FitAndScore(_mlContext, _data);

        Assert.InRange(Photos.MaxDifference(expected, found), 0, 1e-5);
        Assert.Equal(expected, found);
        Assert.Equal([FileName], _folder.Names());
    }

    [Fact]
    public void Resume_GoesOnBehindTheLastCheckpoint()
    {
        Stop(TinyNetwork.Options(), everySteps: 1, epoch: 2, step: 2);
        var states = new List<FineTuneProgress>();

        (Resume(TinyNetwork.Options()).With(its => its.Progress, new DirectProgress<FineTuneProgress>(states.Add))).Fit(
            _mlContext, _data).Dispose();

        (int, int)[] expected = [(2, 3)];
        Assert.Equal(expected, states.Select(state => (state.Epoch, state.Step)));
    }

    [Fact]
    public void Resume_OfAFinishedTraining_GivesItsModelAgain()
    {
        float[][] expected = Saved(TinyNetwork.Options()).FitAndScore(_mlContext, _data);

        Assert.Equal(expected, Resume(TinyNetwork.Options()).FitAndScore(_mlContext, _data));
    }

    [Fact]
    public void Resume_WithoutACheckpoint_BeginsAnew() =>
        Assert.Equal(TinyNetwork.Options().FitAndScore(_mlContext, _data), Resume(TinyNetwork.Options()).FitAndScore(_mlContext, _data));

    [Fact]
    public void Resume_WithOtherThreadsMemoryOrIntervals_GoesOn()
    {
        float[][] expected = TinyNetwork.Options().FitAndScore(_mlContext, _data);
        Stop(TinyNetwork.Options(), everySteps: 1, epoch: 1, step: 2);

        Assert.Equal(
            expected,
            Resume(TinyNetwork.Options().With(tuning => tuning with { ThreadCount = 1, ImageMemoryMiB = 0 }), everySteps: 7).FitAndScore(
                _mlContext, _data));
    }

    [Theory]
    [InlineData("options (LearningRate)")]
    [InlineData("weights")]
    [InlineData("images")]
    [InlineData("options (LearningRate) and weights")]
    public void Resume_OfAnotherTraining_SaysWhatIsOtherWhereThatIsNotDone(string what)
    {
        Stop(TinyNetwork.Options(), everySteps: 1, epoch: 1, step: 2);
        MobileNetV2TrainerOptions other = Resume(TinyNetwork.Options());
        using var others = new DiscPictures(9);
        if (what.Contains("options", StringComparison.Ordinal))
        {
            other = other.With(tuning => tuning with { LearningRate = 2e-3 });
        }

        if (what.Contains("weights", StringComparison.Ordinal))
        {
            other = other.With(its => its.Weights, WeightsSource.From(TinyNetwork.Faint));
        }

        IDataView data = what == "images" ? others.Keyed(_mlContext) : _data;
        CheckpointException error = Assert.Throws<CheckpointException>(() => other.Fit(_mlContext, data));

        Assert.Equal(_folder.File(FileName), error.Path);
        AssertMessage.Tells(error.Message, $"'{error.Path}'", $"other {what}", "not finished", "restart");

        Resume(TinyNetwork.Options()).Fit(_mlContext, _data).Dispose();
        float[][] expected = other.With(tuning => tuning with { Checkpoint = null }).FitAndScore(_mlContext, data);
        Assert.Equal(expected, other.FitAndScore(_mlContext, data));
    }

    [Fact]
    public void Restart_OfATrainingThatIsNotDone_BeginsAnew()
    {
        Stop(TinyNetwork.Options(), everySteps: 1, epoch: 1, step: 2);
        MobileNetV2TrainerOptions other = TinyNetwork.Options().With(tuning => tuning with { LearningRate = 2e-3 });
        float[][] expected = other.FitAndScore(_mlContext, _data);

        float[][] found = other.With(tuning => tuning with { Checkpoint = new(_folder.Path) { Restart = true } }).FitAndScore(
            _mlContext, _data);

        Assert.Equal(expected, found);
        Assert.Equal(expected, Resume(other).FitAndScore(_mlContext, _data));
    }

    [Fact]
    public void Resume_OfAFolderThatMoved_GoesOn()
    {
        float[][] expected = TinyNetwork.Options().FitAndScore(_mlContext, _data);
        Stop(TinyNetwork.Options(), everySteps: 1, epoch: 1, step: 2);
        using var moved = new TempFolder();
        PhotoRow[] rows = [.. _pictures.Rows.Select((row, i) => new PhotoRow { ImagePath = moved.File($"{i}.png"), Label = row.Label })];
        foreach ((PhotoRow from, PhotoRow to) in _pictures.Rows.Zip(rows))
        {
            File.Copy(from.ImagePath, to.ImagePath);
        }

        Assert.Equal(expected, Resume(TinyNetwork.Options()).FitAndScore(_mlContext, DiscPictures.Keyed(_mlContext, rows)));
    }

    [Theory]
    [InlineData(ClassifierStart.Solved)]
    [InlineData(ClassifierStart.Random)]
    public void Resume_AfterAPictureWasReplaced_SaysSo(ClassifierStart start)
    {
        MobileNetV2TrainerOptions options = TinyNetwork.Options().With(tuning => tuning with { ClassifierStart = start });
        Stop(options, everySteps: 1, epoch: 1, step: 2);
        string[] files = _pictures.Files;
        File.Copy(files[0], files[1], overwrite: true);

        CheckpointException error = Assert.Throws<CheckpointException>(() => Resume(options).Fit(_mlContext, _data));

        Assert.Contains("is of a training with other images that is not finished.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_IntoAFolderWithACheckpoint_IsRefusedBeforeAnyPictureIsRead()
    {
        Saved(TinyNetwork.Options()).Fit(_mlContext, _data).Dispose();
        MobileNetV2TrainerOptions again = Saved(TinyNetwork.Options())
            .With(its => its.ReadingProgress, new DirectProgress<int>(_ => Assert.Fail("An image was read.")));

        CheckpointException error = Assert.Throws<CheckpointException>(() => again.Fit(_mlContext, _data));

        AssertMessage.Tells(error.Message, $"'{_folder.File(FileName)}'", "already exists", "Resume", "restart");
    }

    [Fact]
    public void Fit_OfTheHeadAlone_NeedsNoCheckpoint()
    {
        Saved(TinyNetwork.Options(blocks: 0)).Fit(_mlContext, _data).Dispose();

        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Resume_OfADamagedCheckpoint_NamesTheFile()
    {
        Saved(TinyNetwork.Options()).Fit(_mlContext, _data).Dispose();
        string path = _folder.File(FileName);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..5000]);

        CheckpointException error = Assert.Throws<CheckpointException>(() => Resume(TinyNetwork.Options()).Fit(_mlContext, _data));

        Assert.StartsWith($"The checkpoint '{path}' is damaged: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_OfAnotherFile_SaysSo()
    {
        TinyNetwork.Weights.SaveSafetensors(_folder.File(FileName));

        CheckpointException error = Assert.Throws<CheckpointException>(() => Resume(TinyNetwork.Options()).Fit(_mlContext, _data));

        Assert.Contains("it is another file or of another version", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(true)]
    [InlineData(false)]
    public void Resume_OfATrialOrAfterIt_EndsAsIfItHadNotStopped(bool inTrial)
    {
        MobileNetV2TrainerOptions options = (
            TinyNetwork.Options().With(its => its.FineTuneIfBetter, true).With(its => its.TimeBudget, Timeout.InfiniteTimeSpan).With(
                its => its.Weights, WeightsSource.From(TinyNetwork.Faint)))
            .With(
                tuning => tuning with { Epochs = 12, LearningRate = 0.01, HeadLearningRate = 0.01, Augmentation = ImageAugmentation.None });
        FineTuneTrial? expectedTrial = null;
        float[][] expected = (options.With(its => its.TrialEnded, trial => expectedTrial = trial)).FitAndScore(_mlContext, _data);
        bool isTrial = true;
        Stop(options.With(its => its.TrialEnded, _ => isTrial = false), everySteps: 1, epoch: 3, step: 2, () => isTrial == inTrial);

        FineTuneTrial? trial = null;
        float[][] found = (Resume(options).With(its => its.TrialEnded, ended => trial = ended)).FitAndScore(_mlContext, _data);

        Assert.True(expectedTrial!.ChoosesFineTuning);
        Assert.Equivalent(expectedTrial, trial);
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Checkpoint_OfALossThatIsNoNumber_IsWrittenAndRead()
    {
        // One step, after which the logits are beyond any float.
        MobileNetV2TrainerOptions options = (TinyNetwork.Options().With(its => its.ValidationFraction, 0.25)).With(tuning => tuning with
        {
            Epochs = 1, BatchSize = 32, Optimizer = OptimizerKind.Sgd, LearningRate = 1e37, HeadLearningRate = 1e37, WarmUpEpochs = 0,
        });
        var validations = new List<ValidationResult?>();
        float[][] expected = (options.With(its => its.FineTuneBlocks, FineTuneBlocks.HeadOnly)).FitAndScore(_mlContext, _data);

        float[][] found = (
            Saved(options).With(its => its.Progress, new DirectProgress<FineTuneProgress>(state => validations.Add(state.Validation))))
            .FitAndScore(_mlContext, _data);

        Assert.False(double.IsFinite(validations[^1]!.Value.Loss));
        Assert.InRange(Photos.MaxDifference(expected, found), 0, 1e-5);
        Assert.Equal(found, Resume(options).FitAndScore(_mlContext, _data));
    }

    [Fact]
    public void FineTuneIfBetter_IntoAFolderWithATrial_IsRefused()
    {
        MobileNetV2TrainerOptions options = TinyNetwork.Options().With(its => its.FineTuneIfBetter, true);
        Stop(options, everySteps: 1, epoch: 1, step: 2);

        CheckpointException error = Assert.Throws<CheckpointException>(() => Saved(options).Fit(_mlContext, _data));

        Assert.Equal(_folder.File($"fold-1{Path.DirectorySeparatorChar}{FileName}"), error.Path);
    }

    /// <summary>Trains up to a step, and is cancelled there.</summary>
    private void Stop(MobileNetV2TrainerOptions options, int everySteps, int epoch, int step, Func<bool>? isTime = null)
    {
        using var stop = new CancellationTokenSource();
        MobileNetV2TrainerOptions stopped = Saved(options, everySteps)
            .With(its => its.CancellationToken, stop.Token)
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(state =>
            {
                if (state.Epoch == epoch && state.Step == step && (isTime?.Invoke() ?? true))
                {
                    stop.Cancel();
                }
            }));
        Assert.ThrowsAny<OperationCanceledException>(() => stopped.Fit(_mlContext, _data));
        Assert.NotEmpty(_folder.Names());
    }

    private MobileNetV2TrainerOptions Saved(MobileNetV2TrainerOptions options, int everySteps = 200) =>
        options.With(tuning => tuning with { Checkpoint = new(_folder.Path) { EverySteps = everySteps } });

    private MobileNetV2TrainerOptions Resume(MobileNetV2TrainerOptions options, int everySteps = 200) =>
        options.With(tuning => tuning with { Checkpoint = new(_folder.Path) { EverySteps = everySteps, Resume = true } });
}
