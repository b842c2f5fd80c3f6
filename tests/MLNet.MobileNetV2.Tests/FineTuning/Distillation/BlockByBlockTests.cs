using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Distillation;

public sealed class BlockByBlockTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly DiscPictures _pictures = new(8);
    private readonly TempFolder _folder = new();
    private readonly List<FineTuneProgress> _progress = [];
    private readonly IDataView _data;

    public BlockByBlockTests() => _data = _mlContext.Data.LoadFromEnumerable(_pictures.Rows);

    public void Dispose()
    {
        _pictures.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Fit_OfAPerturbedTeacher_LowersTheLossInEveryStage()
    {
        FineTuneOptions options = Options() with { Epochs = 40, LearningRate = 5e-4, Augmentation = ImageAugmentation.None };

        using MobileNetV2FeaturizerTransformer found = Fit(options, Perturbed());

        // Shares of variance that are not explained, at the end of each epoch: 6 of blocks, 4 of rows, 12 of halves, 18 of the whole.
        double[] losses = [.. _progress.Where(state => state.Step == state.Steps).Select(state => state.Loss!.Value)];
        Assert.Equal(40, losses.Length);
        Assert.InRange(losses[5], 0, 0.7 * losses[0]);
        Assert.InRange(losses[9], 0, losses[6]);
        Assert.InRange(losses[21], 0, losses[10]);
        Assert.InRange(losses[39], 0, losses[22]);
        Assert.All(_progress, state => Assert.Null(state.Accuracy));
        Assert.Null(found.Weights.ClassCount);
    }

    [Theory]
    [InlineData(BatchNormTraining.Frozen)]
    [InlineData(BatchNormTraining.BatchStatistics)]
    public void Fit_OfANewStudentWithAnyBatchNorm_TakesTheTeachersPreprocessing(BatchNormTraining batchNorm)
    {
        using MobileNetV2FeaturizerTransformer found = Fit(Options() with { Epochs = 3, BatchNorm = batchNorm });

        Assert.Equal(s_teacher.Preprocessing, found.Weights.Preprocessing);
        Assert.All(found.Transform(_data).Features(), row => Assert.All(row, value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void Fit_OnSmallerViews_EndsAtTheTeachersSize()
    {
        using var found = _mlContext.Transforms.DistillMobileNetV2(
            Distillation(Options() with { Epochs = 7, TrainingSize = 32 }, s_student)
                .With(its => its.Teacher, WeightsSource.From(s_teacher.WithPreprocessing(s_teacher.Preprocessing with { Size = 64 }))))
            .Fit(_data);

        Assert.Equal(64, found.Weights.Preprocessing.Size);
        Assert.Equal(7 * 3, _progress.Count);
    }

    [Fact]
    public void Fit_OfTheTeacherItself_LeavesIt()
    {
        using MobileNetV2FeaturizerTransformer found = Fit(Options() with { Epochs = 1, LearningRate = 1e-9 }, s_teacher);

        Assert.InRange(_progress[0].Loss!.Value, 0, 1e-6);
    }

    [Fact]
    public void Fit_Twice_GivesTheSameBitsOnAnyNumberOfThreads()
    {
        FineTuneOptions options = Options() with { Epochs = 8 };
        using MobileNetV2FeaturizerTransformer first = Fit(options with { ThreadCount = 1 }, withClassifier: true);

        using MobileNetV2FeaturizerTransformer second = Fit(options with { ThreadCount = 3 }, withClassifier: true);

        Assert.Equal(ValuesOf(first), ValuesOf(second));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    public void Resume_AfterAStopInAnyStage_EndsAsIfItHadNotStopped(int epoch, int step)
    {
        FineTuneOptions options = Options() with { Epochs = 8 };
        using MobileNetV2FeaturizerTransformer whole = Fit(options, withClassifier: true);
        using var stop = new CancellationTokenSource();
        FeatureDistillationOptions stopped = Distillation(options with { Checkpoint = new(_folder.Path) { EverySteps = 1 } }, s_student)
            .With(its => its.Teacher, WeightsSource.From(s_withClasses))
            .With(its => its.LearnsClassifier, true)
            .With(its => its.CancellationToken, stop.Token)
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(state =>
            {
                if (state.Epoch == epoch && state.Step == step)
                {
                    stop.Cancel();
                }
            }));
        Assert.ThrowsAny<OperationCanceledException>(() => _mlContext.Transforms.DistillMobileNetV2(stopped).Fit(_data));

        using MobileNetV2FeaturizerTransformer found = Fit(
            options with { Checkpoint = new(_folder.Path) { Resume = true } }, withClassifier: true);

        Assert.Equal(ValuesOf(whole), ValuesOf(found));
    }

    [Fact]
    public void Resume_OfATrainingThatWasNotBlockByBlock_IsRefused()
    {
        FineTuneOptions options = Options() with { Epochs = 1, Checkpoint = new(_folder.Path) };
        _mlContext.Transforms.DistillMobileNetV2(
            Distillation(options, s_student).With(its => its.BlockByBlock, false)).Fit(_data).Dispose();
        FineTuneOptions resumed = options with { Epochs = 2, Checkpoint = new(_folder.Path) { Resume = true } };

        using MobileNetV2FeaturizerTransformer other = Fit(resumed);

        Assert.Equal(6, _progress.Count(state => state.Epochs == 2));
    }

    [Fact]
    public void Fit_WithBadPictures_ThrowsOrLeavesThemOut()
    {
        string bad = _pictures.AddBad();
        IDataView data = _mlContext.Data.LoadFromEnumerable(_pictures.Rows);
        FeatureDistillationOptions options = Distillation(Options() with { Epochs = 1 }, s_student);
        var found = new List<BadImage>();

        Assert.Equal(bad, Assert.Throws<BadImageException>(() => _mlContext.Transforms.DistillMobileNetV2(options).Fit(data)).Path);
        using var featurizer = _mlContext.Transforms.DistillMobileNetV2(
            options.With(its => its.OnBadImage, BadImageHandling.MissingFeatures).With(its => its.BadImageFound, found.Add)).Fit(data);

        Assert.Equal(bad, Assert.Single(found).Path);
    }

    [Fact]
    public void Fit_ThatLearnsTheClassifier_AgreesWithTheTeacherOnMostPictures()
    {
        using MobileNetV2FeaturizerTransformer found = _mlContext.Transforms.DistillMobileNetV2(
            Distillation(Options() with { Epochs = 10 }, s_student)
                .With(its => its.Teacher, WeightsSource.From(s_withClasses))
                .With(its => its.LearnsClassifier, true)).Fit(_data);

        Assert.Equal(3, found.Weights.ClassCount);
        int[] expected = Largest(s_withClasses);
        int[] own = Largest(found.Weights);
        Assert.InRange(expected.Zip(own).Count(pair => pair.First == pair.Second), 16, 24);
    }

    [Fact]
    public void Fit_OfTheTeacherItselfThatLearnsTheClassifier_BeginsAtIt()
    {
        FineTuneOptions options = Options() with { Epochs = 1, LearningRate = 1e-9 };

        using var found = _mlContext.Transforms.DistillMobileNetV2(
            Distillation(options, s_teacher)
                .With(its => its.Teacher, WeightsSource.From(s_withClasses))
                .With(its => its.LearnsClassifier, true)).Fit(_data);

        Assert.InRange(_progress[0].Loss!.Value, -1e-5, 1e-5);
    }

    [Fact]
    public void Fit_ThatLearnsTheClassifierOfATeacherWithout_SaysSo() => Assert.Contains(
        "LearnsClassifier is set; the teacher 'random-5' must have a classifier, and ends at the features.",
        Assert.Throws<ArgumentException>(() => _mlContext.Transforms.DistillMobileNetV2(
            Distillation(Options(), s_student)
                .With(its => its.Teacher, WeightsSource.From(s_teacher.WithoutClassifier()))
                .With(its => its.LearnsClassifier, true)).Fit(_data)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Fit_BlockByBlockOfAnotherNetwork_NamesBoth()
    {
        MobileNetV2Weights wide = RandomWeights.Create(
            9, new MobileNetV2Architecture(0, 0.5, resolution: 32), new ImagePreprocessing { Size = 32 });

        string message = Assert.Throws<ArgumentException>(() => _mlContext.Transforms.DistillMobileNetV2(
            Distillation(Options(), wide).With(its => its.BlockByBlock, true)).Fit(_data)).Message;

        Assert.Contains("BlockByBlock is set; student and teacher must be the same network.", message, StringComparison.Ordinal);
        Assert.Contains("The student is MobileNetV2 0.5", message, StringComparison.Ordinal);
    }

    private static readonly MobileNetV2Weights s_teacher = TinyNetwork.Weights;
    private static readonly MobileNetV2Weights s_withClasses = s_teacher.ResetClassifier(3, seed: 4);
    private static readonly MobileNetV2Weights s_student = RandomWeights.Create(
        77, RandomWeights.Narrow(), new ImagePreprocessing { Size = 32, Mean = new(100, 100, 100) });

    private static MobileNetV2Weights Perturbed()
    {
        var random = new Random(3);
        return new(
            "perturbed",
            s_teacher.Architecture,
            s_teacher.Tensors.ToDictionary(
                pair => pair.Key,
                pair => new WeightTensor(
                    pair.Value.Shape,
                    pair.Value.Values.ToArray().Select(value => value * (0.7f + (0.6f * random.NextSingle()))).ToArray())),
            s_teacher.Preprocessing);
    }

    private static FineTuneOptions Options() => new()
    {
        BatchSize = 8, LearningRate = 1e-3, BatchNorm = BatchNormTraining.ScaleAndShift, WeightAverageDecay = 0.5,
    };

    private FeatureDistillationOptions Distillation(FineTuneOptions options, MobileNetV2Weights student) => new()
    {
        Student = WeightsSource.From(student),
        Teacher = WeightsSource.From(s_teacher),
        FineTuning = options,
        Progress = new DirectProgress<FineTuneProgress>(_progress.Add),
    };

    private MobileNetV2FeaturizerTransformer Fit(
        FineTuneOptions options, MobileNetV2Weights? student = null, bool withClassifier = false) =>
        _mlContext.Transforms.DistillMobileNetV2(
            Distillation(options, student ?? s_student)
                .With(its => its.Teacher, WeightsSource.From(withClassifier ? s_withClasses : s_teacher))
                .With(its => its.LearnsClassifier, withClassifier)).Fit(_data);

    private static float[] ValuesOf(MobileNetV2FeaturizerTransformer transformer) =>
        [.. transformer.Weights.Tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value.Values.ToArray())];

    private int[] Largest(MobileNetV2Weights weights)
    {
        float[] kernel = weights.Tensors["classifier.1.weight"].Values.ToArray();
        float[] bias = weights.Tensors["classifier.1.bias"].Values.ToArray();
        using var featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(
            "Features", "ImagePath", WeightsSource.From(weights.WithoutClassifier())).Fit(_data);
        return
        [
            .. featurizer.Transform(_data).Features().Select(row => Enumerable.Range(0, bias.Length)
                .MaxBy(k => bias[k] + row.Select((value, i) => value * kernel[(k * row.Length) + i]).Sum())),
        ];
    }
}
