using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

public sealed class MobileNetV2TrainerTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly DiscPictures _pictures = new(8);

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void Fit_OfTheHeadAlone_IsTheTwoStepForm()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        using var two = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(
            "Features", "ImagePath", WeightsSource.From(TinyNetwork.Weights))
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head()).Fit(data);

        using var one = TinyNetwork.Options(blocks: 0).Fit(_mlContext, data);

        Assert.InRange(Photos.MaxDifference(two.Transform(data).Features("Score"), one.Transform(data).Features("Score")), 0, 1e-5);
        Assert.Equal(Columns(two.Transform(data)), Columns(one.Transform(data)));
        Assert.Same(TinyNetwork.Weights, TinyNetwork.NetworkOf(one));
    }

    [Fact]
    public void Fit_OfTheHeadAloneOnPhotos_IsTheTwoStepForm()
    {
        IDataView text = _mlContext.Data.LoadFromEnumerable(Photos.Rows(2));
        IDataView data = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(text).Transform(text);
        using var two = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options)
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head()).Fit(data);

        using var one = _mlContext.MulticlassClassification.Trainers.MobileNetV2(weights: WeightsSource.Embedded).Fit(data);

        Assert.InRange(Photos.MaxDifference(two.Transform(data).Features("Score"), one.Transform(data).Features("Score")), 0, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Fit_OnEveryKindOfImageColumn_GivesTheSameModel(int blocks)
    {
        MobileNetV2TrainerOptions options = TinyNetwork.Options(blocks);
        float[][] expected = options.FitAndScore(_mlContext, _pictures.Keyed(_mlContext));
        EncodedRow[] encoded =
            [.. _pictures.Rows.Select(row => new EncodedRow { Label = row.Label, Bytes = File.ReadAllBytes(row.ImagePath) })];
        ImageRow[] images =
            [.. _pictures.Rows.Select(row => new ImageRow { Label = row.Label, Image = MLImage.CreateFromFile(row.ImagePath) })];

        float[][] ofBytes = (options.With(its => its.InputColumnName, "Bytes")).FitAndScore(
            _mlContext, DiscPictures.Keyed(_mlContext, encoded));
        float[][] ofImages = (options.With(its => its.InputColumnName, "Image")).FitAndScore(
            _mlContext, DiscPictures.Keyed(_mlContext, images));

        Assert.InRange(Photos.MaxDifference(expected, ofBytes), 0, 1e-5);
        Assert.InRange(Photos.MaxDifference(expected, ofImages), 0, 1e-5);
        Array.ForEach(images, row => row.Image!.Dispose());
    }

    [Fact]
    public void Fit_OnImagesThatAStepBeforeLoads_TrainsOnThem()
    {
        var pipeline = _mlContext.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(
                _mlContext.MulticlassClassification.Trainers.MobileNetV2(TinyNetwork.Options().With(its => its.InputColumnName, "Image")));
        IDataView data = _pictures.Keyed(_mlContext);

        using var model = pipeline.Fit(data);

        Assert.InRange(
            Photos.MaxDifference(TinyNetwork.Options().FitAndScore(_mlContext, data), model.Transform(data).Features("Score")), 0, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Fit_OnRowsWithoutALabel_SkipsThemAndSaysSo(int blocks)
    {
        var log = new List<string>();
        _mlContext.Log += (_, message) => log.Add($"{message.Kind}: {message.Message}");
        PhotoRow[] rows = _pictures.Rows;
        PhotoRow[] unknown = [.. rows.Take(3).Select(row => new PhotoRow { ImagePath = row.ImagePath, Label = "unknown" })];
        IDataView all = _pictures.Keyed(_mlContext);

        float[][] found = TinyNetwork.Options(blocks).FitAndScore(_mlContext, DiscPictures.Keyed(_mlContext, unknown.Concat(rows)), all);

        Assert.Equal(TinyNetwork.Options(blocks).FitAndScore(_mlContext, all), found);
        Assert.Contains(
            log,
            message => message.StartsWith("Warning", StringComparison.Ordinal) && message.Contains(
                "Skipped 3 rows without a label.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(OptimizerKind.AdamW, BatchNormTraining.Frozen)]
    [InlineData(OptimizerKind.Sgd, BatchNormTraining.Frozen)]
    [InlineData(OptimizerKind.AdamW, BatchNormTraining.ScaleAndShift)]
    [InlineData(OptimizerKind.Sgd, BatchNormTraining.ScaleAndShift)]
    [InlineData(OptimizerKind.AdamW, BatchNormTraining.BatchStatistics)]
    [InlineData(OptimizerKind.Sgd, BatchNormTraining.BatchStatistics)]
    public void Fit_WithEveryOptimizerAndBatchNorm_LowersTheLoss(OptimizerKind optimizer, BatchNormTraining batchNorm)
    {
        var losses = new List<double>();
        MobileNetV2TrainerOptions options = TinyNetwork.Options()
            .With(its => its.Weights, WeightsSource.From(TinyNetwork.Faint))
            .With(
                its => its.Progress,
                new DirectProgress<FineTuneProgress>(state => losses.Add(state.Step == state.Steps ? state.Loss!.Value : double.NaN)));
        double rate = optimizer == OptimizerKind.Sgd ? 0.1 : 0.01;
        options = options.With(tuning => tuning with
        {
            Epochs =
                6, Optimizer =
                    optimizer, BatchNorm = batchNorm, LearningRate = rate, HeadLearningRate = rate, Augmentation = ImageAugmentation.None,
        });

        using var model = options.Fit(_mlContext, _pictures.Keyed(_mlContext));

        double[] ends = [.. losses.Where(loss => !double.IsNaN(loss))];
        Assert.Equal(6, ends.Length);
        Assert.InRange(ends[^1], 0, 0.9 * ends[0]);
        Assert.Equal(
            batchNorm == BatchNormTraining.Frozen ? BatchNormForm.Folded : BatchNormForm.Apart, TinyNetwork.NetworkOf(model).BatchNorm);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Fit_FromScratchOnSmallPictures_TellsTheClasses()
    {
        using var train = new DiscPictures(20, seed: 2);
        using var test = new DiscPictures(20, seed: 3);
        var options = new MobileNetV2TrainerOptions
        {
            Weights = WeightsSource.From(MobileNetV2Weights.Initialize(RandomWeights.Narrow(numClasses: 3), seed: 1)),
            FineTuneBlocks = FineTuneBlocks.All,
            FineTuning = new()
            {
                Epochs = 16,
                BatchSize = 10,
                LearningRate = 0.01,
                HeadLearningRate = 0.01,
                ClassifierStart = ClassifierStart.Random,
                BatchNorm = BatchNormTraining.BatchStatistics,
            },
        };

        using var model = options.Fit(_mlContext, train.Keyed(_mlContext));

        Assert.InRange(_mlContext.MulticlassClassification.Evaluate(model.Transform(test.Keyed(_mlContext))).MicroAccuracy, 0.95, 1);
    }

    [Fact]
    public void Fit_Twice_GivesTheSameModel()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        MobileNetV2Trainer trainer = _mlContext.MulticlassClassification.Trainers.MobileNetV2(TinyNetwork.Options());

        using var first = trainer.Fit(data);
        using var second = trainer.Fit(data);

        Assert.Equal(first.Transform(data).Features("Score"), second.Transform(data).Features("Score"));
        Assert.NotEqual(
            first.Transform(data).Features("Score"),
            TinyNetwork.Options().With(tuning => tuning with { Seed = 5 }).FitAndScore(_mlContext, data));
    }

    [Fact]
    public void Fit_WithProgress_TellsOfTheStartEachStepAndEachEpoch()
    {
        var states = new List<FineTuneProgress>();
        int read = 0;
        MobileNetV2TrainerOptions options = TinyNetwork.Options()
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(states.Add))
            .With(its => its.ReadingProgress, new DirectProgress<int>(_ => Interlocked.Increment(ref read)));

        options.Fit(_mlContext, _pictures.Keyed(_mlContext)).Dispose();

        (int, int)[] expected = [(0, 0), (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)];
        Assert.Equal(24, read);
        Assert.Equal(expected, states.Select(state => (state.Epoch, state.Step)));
        Assert.All(states, state => Assert.Equal((2, 3, null), (state.Epochs, state.Steps, state.Validation)));
        Assert.All(states.Where(state => state.Step > 0), state =>
        {
            Assert.True(state.ImagesPerSecond > 0 && double.IsFinite(state.Loss!.Value) && state.Remaining >= TimeSpan.Zero);
            Assert.InRange(state.Accuracy!.Value, 0, 1);
            Assert.InRange(state.LearningRate, 1e-9, 1e-3);
        });
        Assert.Equal(TimeSpan.Zero, states[^1].Remaining);
        Assert.Equal((null, null), (states[0].Loss, states[0].Accuracy));
        Assert.All(states, state => Assert.DoesNotContain("NaN", state.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_CancelledInMidEpoch_Stops()
    {
        using var stop = new CancellationTokenSource();
        int steps = 0;
        MobileNetV2TrainerOptions options = TinyNetwork.Options()
            .With(its => its.CancellationToken, stop.Token)
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(state =>
            {
                steps++;
                if (state is { Epoch: 1, Step: 2 })
                {
                    stop.Cancel();
                }
            }));

        Assert.ThrowsAny<OperationCanceledException>(() => options.Fit(_mlContext, _pictures.Keyed(_mlContext)));

        Assert.Equal(3, steps);
    }

    [Fact]
    public void Fit_WithOtherColumnNames_UsesThem()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        data = _mlContext.Transforms.CopyColumns("Class", "Label").Append(_mlContext.Transforms.CopyColumns("File", "ImagePath"))
            .Append(_mlContext.Transforms.DropColumns("Label", "ImagePath")).Fit(data).Transform(data);
        MobileNetV2TrainerOptions options = TinyNetwork.Options().With(its => its.LabelColumnName, "Class").With(
            its => its.InputColumnName, "File").With(its => its.FeatureColumnName, "Values");

        using var model = options.Fit(_mlContext, data);

        IDataView scored = model.Transform(data);
        Assert.Equal(1280, scored.Features("Values")[0].Length);
        Assert.InRange(_mlContext.MulticlassClassification.Evaluate(scored, "Class").MicroAccuracy, 0.8, 1);
    }

    [Fact]
    public void Fit_WithAnotherPictureSize_PreparesAndKeepsIt()
    {
        IDataView data = _pictures.Keyed(_mlContext);

        using var model = (TinyNetwork.Options().With(its => its.Preprocessing, TinyNetwork.Weights.Preprocessing with { Size = 64 })).Fit(
            _mlContext, data);

        Assert.Equal(64, TinyNetwork.NetworkOf(model).Preprocessing.Size);
        Assert.Equal(24, model.Transform(data).Features("Score").Length);
    }

    private static IEnumerable<string> Columns(IDataView data) => data.Schema.Select(column => $"{column.Name}: {column.Type}");

    private sealed class EncodedRow
    {
        public string Label { get; set; } = string.Empty;

        public byte[] Bytes { get; set; } = [];
    }

    private sealed class ImageRow
    {
        public string Label { get; set; } = string.Empty;

        [UnsizedImage]
        public MLImage? Image { get; set; }
    }
}
