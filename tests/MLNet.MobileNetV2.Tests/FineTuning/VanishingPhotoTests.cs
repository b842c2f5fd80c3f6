using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

/// <summary>An image that was good at the first look and is not any more is left out like any bad image, whenever that shows.</summary>
public sealed class VanishingPhotoTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly DiscPictures _pictures = new(8);
    private readonly TempFolder _folder = new();
    private readonly List<BadImage> _found = [];
    private readonly string _lost;

    public VanishingPhotoTests() => _lost = _pictures.Files[10];

    public void Dispose()
    {
        _pictures.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, false, "delete")]
    [InlineData(0, false, "damage")]
    [InlineData(2, false, "delete")]
    [InlineData(2, false, "cut")]
    [InlineData(2, true, "delete")]
    [InlineData(2, true, "empty")]
    public void Fit_WhenAPhotoIsLostBehindTheFirstLook_TrainsAsIfItHadNeverBeen(int blocks, bool hasCheckpoint, string how)
    {
        MobileNetV2TrainerOptions options = Small(blocks);
        IDataView others = DiscPictures.Keyed(_mlContext, _pictures.Rows.Where(row => row.ImagePath != _lost));
        string bad = _pictures.AddBad();
        File.Copy(bad, _lost, overwrite: true);
        float[][] expected = (options.With(its => its.OnBadImage, BadImageHandling.MissingFeatures)).FitAndScore(
            _mlContext, Keyed(), others);
        File.Delete(bad);
        File.Copy(_pictures.Files[9], _lost, overwrite: true);
        options = Watched(options.With(its => its.ReadingProgress, new DirectProgress<int>(count => LoseAt(count == 24, how))));
        if (hasCheckpoint)
        {
            options = options.With(tuning => tuning with { Checkpoint = new(_folder.Path) });
        }

        float[][] scores = options.FitAndScore(_mlContext, Keyed(), others);

        Assert.Equal(_lost, Assert.Single(_found).Path);
        Assert.Equal(expected, scores);
    }

    [Theory]
    [InlineData(BatchNormTraining.Frozen, 0.0, "delete")]
    [InlineData(BatchNormTraining.BatchStatistics, 0.0, "damage")]
    [InlineData(BatchNormTraining.ScaleAndShift, 0.5, "cut")]
    public void Fit_WhenAPhotoIsLostInALaterEpoch_GoesOnWithoutIt(BatchNormTraining batchNorm, double mixup, string how)
    {
        MobileNetV2TrainerOptions options = Small(2).With(tuning => tuning with { Epochs = 4, BatchNorm = batchNorm, MixupAlpha = mixup });
        int steps = 0;
        options = Watched(options)
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(state =>
            {
                LoseAt(state.Epoch == 2, how);
                steps += state.Step > 0 ? 1 : 0;
                Assert.True(state.Step == 0 || state.Loss is not { } loss || double.IsFinite(loss));
            }));

        using var model = options.Fit(_mlContext, Keyed());

        Assert.Equal(_lost, Assert.Single(_found).Path);
        Assert.Equal(12, steps);
        Assert.All(
            model.Transform(Keyed()).Features("Score")[..8], score => Assert.All(score, value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void Fit_WhenAPhotoToValidateOnIsLost_ValidatesOnTheOthers()
    {
        using var validation = new DiscPictures(1, seed: 3);
        string lost = validation.Files[0];
        var accuracies = new List<double>();
        MobileNetV2TrainerOptions options = Watched(Small(2))
            .With(its => its.ValidationSet, validation.Keyed(_mlContext))
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(state =>
            {
                if (state.Validation is { } result)
                {
                    accuracies.Add(result.Accuracy!.Value);
                    File.Delete(lost);
                }
            }));

        options.Fit(_mlContext, Keyed()).Dispose();

        Assert.Equal(lost, Assert.Single(_found).Path);
        Assert.Equal(3, accuracies.Count);
        Assert.All(accuracies[1..], accuracy => Assert.Equal(Math.Round(accuracy * 2), accuracy * 2, 1e-9));
    }

    [Fact]
    public void Fit_WhenEveryPhotoToValidateOnIsLost_SaysSo()
    {
        using var validation = new DiscPictures(1, seed: 3);
        MobileNetV2TrainerOptions options = Watched(Small(2))
            .With(its => its.ValidationSet, validation.Keyed(_mlContext))
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(_ => Array.ForEach(validation.Files, File.Delete)));

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => options.Fit(_mlContext, Keyed()).Dispose());

        Assert.Contains("no image to validate on", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 2)]
    public void Fit_WhenEveryPhotoIsLost_SaysSo(int blocks, int epoch)
    {
        MobileNetV2TrainerOptions options = Watched(Small(blocks))
            .With(its => its.ReadingProgress, new DirectProgress<int>(count => LoseAll(epoch == 0 && count == 24)))
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(state => LoseAll(state.Epoch == epoch && epoch > 0)));

        InvalidOperationException error =
            Assert.Throws<InvalidOperationException>(
                () => options.With(tuning => tuning with { Epochs = 4 }).Fit(_mlContext, Keyed()).Dispose());

        Assert.Contains("None of the 24 images", error.Message, StringComparison.Ordinal);
        Assert.Equal(24, _found.DistinctBy(image => image.Path).Count());
        Assert.Equal(24, _found.Count);

        void LoseAll(bool isTime)
        {
            if (isTime)
            {
                Array.ForEach(_pictures.Files, File.Delete);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Fit_WhenAllPhotosOfAllClassesButOneAreLost_SaysSo(int blocks)
    {
        MobileNetV2TrainerOptions options = Watched(Small(blocks))
            .With(its => its.ReadingProgress, new DirectProgress<int>(count =>
            {
                if (count == 24)
                {
                    Array.ForEach(_pictures.Files[8..], File.Delete);
                }
            }));

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => options.Fit(_mlContext, Keyed()).Dispose());

        Assert.Contains("one class", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_WhenAPhotoIsLostAndNoneMayBe_ThrowsNamingIt(bool isInALaterEpoch)
    {
        MobileNetV2TrainerOptions options = Small(2)
            .With(its => its.ReadingProgress, new DirectProgress<int>(count => LoseAt(!isInALaterEpoch && count == 24, "delete")))
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(state => LoseAt(state.Epoch == 2, "delete")));

        BadImageException error = Assert.Throws<BadImageException>(
            () => options.With(tuning => tuning with { Epochs = 4 }).Fit(_mlContext, Keyed()).Dispose());

        Assert.Equal(_lost, error.Path);
    }

    [Fact]
    public void Fit_WhenAPhotoIsLostBeforeATrial_TriesAndTrainsWithoutIt()
    {
        MobileNetV2TrainerOptions options = Watched(Small(2))
            .With(its => its.FineTuneIfBetter, true)
            .With(its => its.ReadingProgress, new DirectProgress<int>(count => LoseAt(count == 24, "delete")));

        options.Fit(_mlContext, Keyed()).Dispose();

        Assert.Equal(_lost, Assert.Single(_found).Path);
    }

    [Fact]
    public void FindLearningRate_WhenAPhotoIsLost_GoesOnWithoutIt()
    {
        MobileNetV2TrainerOptions options =
            Watched(Small(2)).With(its => its.ReadingProgress, new DirectProgress<int>(count => LoseAt(count == 24, "delete")));

        LearningRateSearch search = _mlContext.MulticlassClassification.Trainers.MobileNetV2(options).FindLearningRate(
            Keyed(), new() { Steps = 10 });

        Assert.Equal(_lost, Assert.Single(_found).Path);
        Assert.All(search.Points, point => Assert.True(double.IsFinite(point.Loss)));
    }

    [Theory]
    [InlineData(BadImageHandling.MissingFeatures)]
    [InlineData(BadImageHandling.Throw)]
    public void Distil_WhenAPhotoIsLostInALaterEpoch_LeavesItOutOrNamesIt(BadImageHandling handling)
    {
        var losses = new List<double?>();
        var options = new FeatureDistillationOptions
        {
            Teacher = WeightsSource.From(TinyNetwork.Weights),
            Student = WeightsSource.From(TinyNetwork.Weights),
            FineTuneBlocks = 2,
            FineTuning = Small(2).FineTuning with { Epochs = 4 },
            OnBadImage = handling,
            BadImageFound = _found.Add,
            Progress = new DirectProgress<FineTuneProgress>(state =>
            {
                LoseAt(state.Epoch == 2, "delete");
                losses.Add(state.Loss);
            }),
        };
        IDataView data = _mlContext.Data.LoadFromEnumerable(_pictures.Rows);

        if (handling == BadImageHandling.Throw)
        {
            Assert.Equal(_lost, Assert.Throws<BadImageException>(() => _mlContext.Transforms.DistillMobileNetV2(options).Fit(data)).Path);
            return;
        }

        _mlContext.Transforms.DistillMobileNetV2(options).Fit(data).Dispose();

        Assert.Equal(_lost, Assert.Single(_found).Path);
        Assert.True(losses[^1] is { } last && double.IsFinite(last));
    }

    // Nothing is kept: every view reads its file.
    private static MobileNetV2TrainerOptions Small(int blocks) =>
        TinyNetwork.Options(blocks).With(
            tuning => tuning with { ImageMemoryMiB = 0, Augmentation = ImageAugmentation.Strong, ThreadCount = 2 });

    private MobileNetV2TrainerOptions Watched(MobileNetV2TrainerOptions options) =>
        options.With(its => its.OnBadImage, BadImageHandling.MissingFeatures).With(its => its.BadImageFound, _found.Add);

    private IDataView Keyed() => DiscPictures.Keyed(_mlContext, _pictures.Rows);

    private void LoseAt(bool isTime, string how)
    {
        if (!isTime || !File.Exists(_lost))
        {
            return;
        }

        switch (how)
        {
            case "delete":
                File.Delete(_lost);
                break;
            case "damage":
                File.WriteAllText(_lost, "no image any more");
                break;
            case "empty":
                File.WriteAllBytes(_lost, []);
                break;
            default:
                File.WriteAllBytes(_lost, File.ReadAllBytes(_lost).AsSpan(0, 60));
                break;
        }
    }
}
