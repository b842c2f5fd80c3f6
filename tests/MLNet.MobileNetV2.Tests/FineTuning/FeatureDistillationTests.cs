using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

public sealed class FeatureDistillationTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly DiscPictures _pictures = new(8);
    private readonly TempFolder _folder = new();
    private readonly List<double> _losses = [];
    private readonly IDataView _data;

    public FeatureDistillationTests() => _data = _mlContext.Data.LoadFromEnumerable(_pictures.Rows);

    public void Dispose()
    {
        _pictures.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Fit_IntoAFolderWithACheckpoint_IsRefusedBeforeAnyPictureIsRead()
    {
        FeatureDistillationOptions options = Options(TinyNetwork.Weights);
        options = options.With(its => its.FineTuning, options.FineTuning with { Epochs = 1, Checkpoint = new(_folder.Path) });
        _mlContext.Transforms.DistillMobileNetV2(options).Fit(_data).Dispose();
        IDataView missing = _mlContext.Data.LoadFromEnumerable([new PhotoRow { ImagePath = "missing.png" }]);

        Assert.Throws<CheckpointException>(() => _mlContext.Transforms.DistillMobileNetV2(options).Fit(missing));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void Fit_OfAPerturbedTeacher_GetsNearerToItsFeatures(int blocks)
    {
        MobileNetV2Weights student = Perturbed(TinyNetwork.Weights, blocks < 0 ? 0 : TinyNetwork.Blocks - blocks);
        FeatureDistillationOptions options = Options(student);
        options = options
            .With(its => its.FineTuning, options.FineTuning with { Epochs = 24 })
            .With(its => its.FineTuneBlocks, blocks < 0 ? FineTuneBlocks.All : FineTuneBlocks.Last(blocks));
        float[][] teacher = Features(TinyNetwork.Weights);

        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.DistillMobileNetV2(options).Fit(_data);

        double before = SquaredError(teacher, Features(student));
        double after = SquaredError(teacher, featurizer.Transform(_data).Features());
        Assert.InRange(after, 0, before / 4);
        Assert.InRange(_losses[^1], 0, _losses[0] / 2);
        Assert.Null(featurizer.Weights.Sha256);
    }

    [Fact]
    public void Fit_OfAWiderStudentOnLargerPictures_LearnsThroughALinearMap()
    {
        MobileNetV2Architecture narrow = RandomWeights.Narrow();
        var wide = new MobileNetV2Architecture(
            0,
            1.4,
            [new(1, 8, 1, 1), new(2, 8, 1, 2), new(2, 8, 1, 2), new(2, 8, 1, 1), new(1, 8, 1, 1), new(2, 8, 1, 2), new(2, 8, 1, 1)],
            4,
            resolution: 64);
        MobileNetV2Weights student = RandomWeights.Create(9, wide, new ImagePreprocessing { Size = 64 });

        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.DistillMobileNetV2(Options(student)).Fit(_data);

        Assert.Equal((1280, 1792), (narrow.FeatureCount, featurizer.Weights.FeatureCount));
        Assert.Null(featurizer.Weights.ClassCount);
        Assert.Equal(64, featurizer.Weights.Preprocessing.Size);
        Assert.InRange(_losses[^1], 0, _losses[0] / 4);
        Assert.All(featurizer.Transform(_data).Features(), row => Assert.Equal(1792, row.Length));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 1, 1792), featurizer.Transform(_data).Schema["Features"].Type);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1.4)]
    public void Fit_OfAnotherNetworkThatLearnsTheClassifier_GetsNearerToTheTeachersProbabilities(double width)
    {
        var other = new MobileNetV2Architecture(
            0,
            width,
            [new(1, 8, 1, 1), new(2, 8, 1, 2), new(2, 8, 1, 2), new(2, 8, 1, 1), new(1, 8, 1, 1), new(2, 8, 1, 2), new(2, 8, 1, 1)],
            4,
            resolution: 32);
        MobileNetV2Weights student = RandomWeights.Create(9, other, new ImagePreprocessing { Size = 32 });
        FeatureDistillationOptions options = Options(student)
            .With(its => its.Teacher, WeightsSource.From(TinyNetwork.Weights.ResetClassifier(3, seed: 4)))
            .With(its => its.LearnsClassifier, true);

        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.DistillMobileNetV2(options).Fit(_data);

        Assert.Equal(3, featurizer.Weights.ClassCount);
        Assert.InRange(_losses[^1], 0, 0.9 * _losses[0]);
    }

    [Fact]
    public void Featurizer_SavedAndLoaded_GivesTheSameFeatures()
    {
        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.DistillMobileNetV2(
            Options(Perturbed(TinyNetwork.Weights, 0)).With(its => its.FineTuneBlocks, 1)).Fit(_data);
        float[][] expected = featurizer.Transform(_data).Features();
        _mlContext.Model.Save(featurizer, _data.Schema, _folder.File("featurizer.zip"));

        ITransformer loaded = new MLContext().LoadModel(_folder.File("featurizer.zip"));

        using (loaded as IDisposable)
        {
            Assert.InRange(Photos.MaxDifference(expected, loaded.Transform(_data).Features()), 0, 1e-5);
        }
    }

    [Fact]
    public void Fit_InAPipelineBeforeAHead_TrainsBoth()
    {
        var pipeline = _mlContext.Transforms.DistillMobileNetV2(
            Options(Perturbed(TinyNetwork.Weights, 0)).With(its => its.FineTuneBlocks, 1))
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head());
        IDataView keyed = _pictures.Keyed(_mlContext);

        using var model = pipeline.Fit(keyed);

        Assert.InRange(_mlContext.MulticlassClassification.Evaluate(model.Transform(keyed)).MicroAccuracy, 0.8, 1);
    }

    [Fact]
    public void Resume_AfterAStop_EndsAsIfItHadNotStopped()
    {
        FeatureDistillationOptions options = Options(Perturbed(TinyNetwork.Weights, 0)).With(its => its.FineTuneBlocks, 2);
        using var whole = _mlContext.Transforms.DistillMobileNetV2(options).Fit(_data);
        using var stop = new CancellationTokenSource();
        FeatureDistillationOptions saved = options.With(
            its => its.FineTuning, options.FineTuning with { Checkpoint = new(_folder.Path) { EverySteps = 1 } });
        FeatureDistillationOptions stopped = saved
            .With(its => its.CancellationToken, stop.Token)
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(state =>
            {
                if (state is { Epoch: 2, Step: 2 })
                {
                    stop.Cancel();
                }
            }));
        Assert.ThrowsAny<OperationCanceledException>(() => _mlContext.Transforms.DistillMobileNetV2(stopped).Fit(_data));
        Assert.Throws<CheckpointException>(() => _mlContext.Transforms.DistillMobileNetV2(saved).Fit(_data));
        FeatureDistillationOptions resumed = options.With(
            its => its.FineTuning, options.FineTuning with { Checkpoint = new(_folder.Path) { Resume = true } });
        Assert.Contains(
            "is of a training with other images",
            Assert.Throws<CheckpointException>(
                () => _mlContext.Transforms.DistillMobileNetV2(resumed.With(its => its.Teacher, WeightsSource.From(TinyNetwork.Faint))).Fit(
                    _data)).Message,
            StringComparison.Ordinal);

        using var found = _mlContext.Transforms.DistillMobileNetV2(resumed).Fit(_data);

        Assert.Equal(whole.Transform(_data).Features(), found.Transform(_data).Features());
    }

    [Fact]
    public void Fit_WithBadPictures_ThrowsOrLeavesThemOut()
    {
        string bad = _pictures.AddBad();
        IDataView data = _mlContext.Data.LoadFromEnumerable(_pictures.Rows);
        FeatureDistillationOptions options = Options(Perturbed(TinyNetwork.Weights, 0)).With(its => its.FineTuneBlocks, 1);
        var found = new List<BadImage>();

        Assert.Equal(bad, Assert.Throws<BadImageException>(() => _mlContext.Transforms.DistillMobileNetV2(options).Fit(data)).Path);
        using var featurizer = _mlContext.Transforms.DistillMobileNetV2(
            options.With(its => its.OnBadImage, BadImageHandling.MissingFeatures).With(its => its.BadImageFound, found.Add)).Fit(data);

        Assert.Equal(bad, Assert.Single(found).Path);
    }

    [Fact]
    public void Fit_OnBadPicturesAlone_SaysSo()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable([PhotoRow.Of(_pictures.AddBad(), 0)]);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => _mlContext.Transforms.DistillMobileNetV2(
            Options(TinyNetwork.Weights).With(its => its.OnBadImage, BadImageHandling.MissingFeatures)).Fit(data));

        Assert.Equal("None of the 1 images can be used.", error.Message);
    }

    [Fact]
    public void Fit_OnNoRows_SaysSo() => Assert.Equal(
        "The data has no rows.",
        Assert.Throws<InvalidOperationException>(() => _mlContext.Transforms.DistillMobileNetV2(Options(TinyNetwork.Weights))
            .Fit(_mlContext.Data.LoadFromEnumerable(Array.Empty<PhotoRow>()))).Message);

    [Fact]
    public void Fit_OfMoreBlocksThanTheStudentHas_SaysHowManyThereAre() => Assert.Contains(
        "The last 10 blocks are to be trained; this network has 9",
        Assert.ThrowsAny<ArgumentException>(
            () => _mlContext.Transforms.DistillMobileNetV2(Options(TinyNetwork.Weights).With(its => its.FineTuneBlocks, 10)).Fit(
                _data)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Fit_OnPixels_SaysWhatIsNeeded()
    {
        var pipeline = _mlContext.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(_mlContext.Transforms.ResizeImages("Image", 32, 32))
            .Append(_mlContext.Transforms.ExtractPixels("Pixels", "Image"))
            .Append(_mlContext.Transforms.DistillMobileNetV2(Options(TinyNetwork.Weights).With(its => its.InputColumnName, "Pixels")));

        Assert.StartsWith(
            "The image column 'Pixels' holds pixels;",
            Assert.Throws<ArgumentException>(() => pipeline.Fit(_data)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Options_ThatAreNotAllowed_AreNamed()
    {
        FeatureDistillationOptions options = Options(TinyNetwork.Weights);

        Refuses(
            options.With(its => its.FineTuneBlocks, FineTuneBlocks.HeadOnly), "FineTuneBlocks is 0; at least one block must be trained.");
        Refuses(
            options.With(its => its.FineTuning, new() { Patience = 1 }),
            "Patience is given; it must be null: a distillation has no validation that could end it.");
        Refuses(options.With(its => its.FineTuning, new() { BatchSize = 0 }), "BatchSize is 0; it must be 1 to 1024.");
        Refuses(options.With(its => its.OutputColumnName, ""), "OutputColumnName");
        Refuses(options.With(its => its.Student, null!), "Student");
        Refuses(options.With(its => its.Teacher, null!), "Teacher");
        Assert.Throws<ArgumentNullException>("options", () => _mlContext.Transforms.DistillMobileNetV2(null!));
    }

    private void Refuses(FeatureDistillationOptions options, string expected) => Assert.Contains(
        expected, Assert.ThrowsAny<ArgumentException>(
            () => _mlContext.Transforms.DistillMobileNetV2(options)).Message, StringComparison.Ordinal);

    private FeatureDistillationOptions Options(MobileNetV2Weights student) => new()
    {
        Student = WeightsSource.From(student),
        Teacher = WeightsSource.From(TinyNetwork.Weights),
        BlockByBlock = false,
        FineTuning = new() { Epochs = 16, BatchSize = 8, LearningRate = 3e-3, HeadLearningRate = 3e-3 },
        Progress = new DirectProgress<FineTuneProgress>(state =>
        {
            if (state.Step == state.Steps)
            {
                _losses.Add(state.Loss!.Value);
            }
        }),
    };

    /// <summary>The weights with noise on the kernels from a block on.</summary>
    private static MobileNetV2Weights Perturbed(MobileNetV2Weights weights, int firstBlock)
    {
        var random = new Random(3);
        string[] kept =
            [
                .. weights.Architecture.Blocks.Take(firstBlock).SelectMany(block => block.Convolutions()).Append(
                    weights.Architecture.Stem).Select(layer => $"{layer.Name}.weight"),
            ];
        return new(
            "perturbed",
            weights.Architecture,
            weights.Tensors.ToDictionary(
                pair => pair.Key,
                pair => pair.Key.EndsWith(".weight", StringComparison.Ordinal) && !kept.Contains(pair.Key)
                    ? new WeightTensor(
                        pair.Value.Shape,
                        pair.Value.Values.ToArray().Select(value => value * (float)(0.7 + (0.6 * random.NextDouble()))).ToArray())
                    : pair.Value),
            weights.Preprocessing);
    }

    private float[][] Features(MobileNetV2Weights weights)
    {
        using var featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(
            "Features", "ImagePath", WeightsSource.From(weights)).Fit(_data);
        return featurizer.Transform(_data).Features();
    }

    private static double SquaredError(float[][] expected, float[][] found) =>
        expected.Zip(found, (a, b) => a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Average()).Average();
}
