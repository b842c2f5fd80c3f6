using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.FolderTraining;
using MLNet.MobileNetV2.Tests.FineTuning;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FolderTraining;

public sealed class FolderFineTuningTests : IDisposable
{
    private readonly DiscPictures _pictures = new(8);
    private readonly List<ImageFolderTrainingProgress> _progress = [];

    public void Dispose() => _pictures.Dispose();

    [Theory]
    [InlineData(TinyNetwork.HarmfulRate, 0)]
    [InlineData(0.01, 3)]
    public void FineTuned_OfWeightsWithoutAFile_SaysWhatWasTrained(double rate, int expected)
    {
        MobileNetV2Weights weights = expected == 0 ? TinyNetwork.Weights : TinyNetwork.Faint;
        Assert.Null(weights.Sha256);

        using ImageFolderTrainingResult result = Run(weights, 3, isAuto: true, Options(rate));

        Assert.Equal((FineTuneBlocks.Last(expected), 24), (result.FineTunedBlocks, result.TrainingImages));
        Assert.Equal(DiscPictures.Classes, result.Classes);
    }

    [Fact]
    public void FineTuned_OfAutoWhereItHelps_IsAllOfTheNetwork()
    {
        using ImageFolderTrainingResult result = Run(TinyNetwork.Faint, FineTuneBlocks.All, isAuto: true, Options(0.01));

        Assert.Equal(FineTuneBlocks.All, result.FineTunedBlocks);
        Assert.True(result.Trial!.ChoosesFineTuning);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Progress_GoesForwardToTheEnd(bool isAuto)
    {
        using ImageFolderTrainingResult result = Run(TinyNetwork.Faint, 3, isAuto, Options(0.01));

        double[] trained = [.. _progress.Where(step => step.Detail is not null).Select(step => step.Fraction)];
        Assert.Equal(trained.Order(), trained);
        Assert.Equal(1, trained[^1], 1e-9);
        Assert.All(_progress, step => Assert.InRange(step.Fraction, 0, 1));
        Assert.InRange(_progress.Where(step => step.Detail is null).Max(step => step.Fraction), 0.001, 0.050001);
        Assert.Matches(@"^epoch 12/12, loss [0-9]\.[0-9]{3}, accuracy [0-9.]+ ?%, [0-9]+ images/s$", _progress[^1].Detail!);
        Assert.Equal(TimeSpan.Zero, _progress[^1].Remaining);
    }

    [Fact]
    public void Remaining_InAComparison_CountsTheTrainingAfterIt()
    {
        using ImageFolderTrainingResult result = Run(TinyNetwork.Faint, 3, isAuto: true, Options(0.01));

        ImageFolderTrainingProgress[] steps = [.. _progress.Where(step => step.Remaining is not null)];
        int end = Array.FindLastIndex(steps, step => step.Fraction <= 0.683);
        Assert.True(steps[end].Remaining > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, steps[^1].Remaining);
    }

    [Fact]
    public void Run_LeavesTheCheckpoint_AndGivesTheModelAgainFromIt()
    {
        using var folder = new TempFolder();
        FineTuneOptions options = Options(0.01) with { Checkpoint = new(folder.Path) { Resume = true } };
        using ImageFolderTrainingResult killed = Run(TinyNetwork.Weights, 1, isAuto: false, options);
        Assert.NotEmpty(folder.Names());
        _progress.Clear();

        using ImageFolderTrainingResult result = Run(TinyNetwork.Weights, 1, isAuto: false, options);

        Assert.DoesNotContain(_progress, step => step.Detail is not null);
        Assert.NotEmpty(folder.Names());
    }

    [Fact]
    public void Skipped_OfAPictureThatVanishesInTraining_NamesIt()
    {
        string lost = Files[5].ImagePath;

        using ImageFolderTrainingResult result = Run(
            TinyNetwork.Weights,
            2,
            isAuto: false,
            Options(0.01) with { ImageMemoryMiB = 0 },
            state => DeleteAt(state.Detail?.StartsWith("epoch 2/", StringComparison.Ordinal) == true));

        Assert.Equal(lost, Assert.Single(result.SkippedImages).Path);
        Assert.Equal(23, result.TrainingImages);

        void DeleteAt(bool isTime)
        {
            if (isTime)
            {
                File.Delete(lost);
            }
        }
    }

    private ImageFile[] Files => [.. _pictures.Rows.Select(row => new ImageFile(row.ImagePath, row.Label))];

    private ImageFolderTrainingResult Run(
        MobileNetV2Weights weights,
        FineTuneBlocks blocks,
        bool isAuto,
        FineTuneOptions tuning,
        Action<ImageFolderTrainingProgress>? report = null)
    {
        var options = new ImageFolderTrainingOptions
        {
            FineTuneBlocks = blocks,
            FineTuneIfBetter = isAuto,
            TimeBudget = isAuto ? Timeout.InfiniteTimeSpan : null,
            FineTuning = tuning,
            Progress = new DirectProgress<ImageFolderTrainingProgress>(report ?? _progress.Add),
        };
        return new FolderFineTuning(new FolderImages(_pictures.Path, Files, []), new LoadedWeights(weights, null, null), options)
            .Run(TestContext.Current.CancellationToken);
    }

    private static FineTuneOptions Options(double rate) => TinyNetwork.FromTheHead with
    {
        Epochs = 12, LearningRate = rate, HeadLearningRate = rate, Augmentation = ImageAugmentation.None,
    };
}
