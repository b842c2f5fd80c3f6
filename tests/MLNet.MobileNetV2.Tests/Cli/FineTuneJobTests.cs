using MLNet.MobileNetV2.Cli.Training;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Tests.FineTuning;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli;

public sealed class FineTuneJobTests : IDisposable
{
    private readonly DiscPictures _pictures = new(8);
    private readonly List<(long Done, string? Detail, TimeSpan? Left)> _progress = [];

    public void Dispose() => _pictures.Dispose();

    [Theory]
    [InlineData(TinyNetwork.HarmfulRate, 0)]
    [InlineData(0.01, 3)]
    public void FineTuned_OfWeightsWithoutAFile_SaysWhatWasTrained(double rate, int expected)
    {
        MobileNetV2Weights weights = expected == 0 ? TinyNetwork.Weights : TinyNetwork.Faint;
        Assert.Null(weights.Sha256);

        using FineTuneJob job = Run(weights, new(3, IsAuto: true), Options(rate));

        Assert.Equal((new(expected, IsAll: false), 24), (job.FineTuned, job.TrainImages));
        Assert.Equal(DiscPictures.Classes, job.Classes);
    }

    [Fact]
    public void FineTuned_OfAutoWhereItHelps_IsAllOfTheNetwork()
    {
        using FineTuneJob job = Run(TinyNetwork.Faint, new(FineTuneBlocks.All, IsAuto: true), Options(0.01));

        Assert.Equal(new FineTunedPart(TinyNetwork.Blocks, IsAll: true), job.FineTuned);
        Assert.True(job.Trial!.Value.IsFineTunedBetter);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Progress_GoesForwardToTheEnd(bool isAuto)
    {
        using FineTuneJob job = Run(TinyNetwork.Faint, new(3, isAuto), Options(0.01));

        long[] trained = [.. _progress.Where(step => step.Detail is not null).Select(step => step.Done)];
        Assert.Equal(trained.Order(), trained);
        Assert.Equal((1000, 1000), (job.Steps, trained[^1]));
        Assert.All(_progress, step => Assert.InRange(step.Done, 0, 1000));
        Assert.InRange(_progress.Where(step => step.Detail is null).Max(step => step.Done), 1, 50);
        Assert.Matches(@"^epoch 12/12, loss [0-9]\.[0-9]{3}, accuracy [0-9.]+ ?%, [0-9]+ images/s$", _progress[^1].Detail!);
        Assert.Equal(TimeSpan.Zero, _progress[^1].Left);
    }

    [Fact]
    public void TimeLeft_InATrial_CountsTheTrainingAfterIt()
    {
        using FineTuneJob job = Run(TinyNetwork.Faint, new(3, IsAuto: true), Options(0.01));

        (long Done, string? Detail, TimeSpan? Left)[] epochs = [.. _progress.Where(step => step.Left is not null)];
        int end = Array.FindLastIndex(epochs, step => step.Done <= 525);
        Assert.True(epochs[end].Left > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, epochs[^1].Left);
    }

    [Fact]
    public void Run_LeavesTheCheckpointUntilTheModelIsSaved_AndGivesItAgain()
    {
        using var folder = new TempFolder();
        FineTuneOptions options = Options(0.01) with { Checkpoint = new(folder.Path) { Resume = true } };
        using FineTuneJob killed = Run(TinyNetwork.Weights, new(1, IsAuto: false), options);
        Assert.NotEmpty(folder.Names());
        _progress.Clear();

        using FineTuneJob job = Run(TinyNetwork.Weights, new(1, IsAuto: false), options);
        job.Saved();

        Assert.DoesNotContain(_progress, step => step.Detail is not null);
        Assert.Empty(folder.Names());
    }

    [Fact]
    public void Skipped_OfAPictureThatVanishesInTraining_NamesIt()
    {
        ImageFile[] files = [.. _pictures.Rows.Select(row => new ImageFile(row.ImagePath, row.Label))];
        using var job = new FineTuneJob(new(files, []), TinyNetwork.Weights, new(2, IsAuto: false), Options(0.01) with { ImageMemoryMiB = 0 });

        job.Run((_, detail, _) => DeleteAt(detail?.StartsWith("epoch 2/", StringComparison.Ordinal) == true), TestContext.Current.CancellationToken);

        Assert.Equal(files[5].ImagePath, Assert.Single(job.Skipped).Path);
        Assert.Equal(23, job.TrainImages);

        void DeleteAt(bool isTime)
        {
            if (isTime)
            {
                File.Delete(files[5].ImagePath);
            }
        }
    }

    private FineTuneJob Run(MobileNetV2Weights weights, FineTuneChoice choice, FineTuneOptions options)
    {
        ImageFile[] files = [.. _pictures.Rows.Select(row => new ImageFile(row.ImagePath, row.Label))];
        var job = new FineTuneJob(new(files, []), weights, choice, options);
        job.Run(
            (done, detail, left) =>
            {
                lock (_progress)
                {
                    _progress.Add((done, detail, left));
                }
            },
            TestContext.Current.CancellationToken);
        return job;
    }

    private static FineTuneOptions Options(double rate) => new()
    {
        Epochs = 12, BatchSize = 8, LearningRate = rate, HeadLearningRate = rate, Augmentation = ImageAugmentation.None,
    };
}
