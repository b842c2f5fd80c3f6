using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

/// <summary>Validation, early stopping, and fine-tuning only where it does better.</summary>
public sealed class TrainerValidationTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly DiscPictures _pictures = new(10);
    private readonly List<ValidationResult> _validations = [];

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void Fit_WithAFraction_ValidatesOnThatPartOfEachClass()
    {
        int steps = 0;
        MobileNetV2TrainerOptions options = TinyNetwork.Options()
            .With(its => its.ValidationFraction, 0.2)
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(state =>
            {
                steps = state.Steps;
                Keep(state);
            }));

        options.Fit(_mlContext, _pictures.Keyed(_mlContext)).Dispose();

        // 30 images, 6 held out; the start and two epochs.
        Assert.Equal((3, 3), (steps, _validations.Count));
        Assert.All(
            _validations, validation => Assert.Equal(Math.Round(validation.Accuracy!.Value * 6), validation.Accuracy.Value * 6, 1e-9));
        Assert.All(_validations, validation => Assert.True(validation.Loss > 0));
    }

    [Fact]
    public void Fit_WithAValidationSet_MeasuresOnItAsEvaluateDoes()
    {
        using var others = new DiscPictures(7, seed: 5);
        IDataView data = _pictures.Keyed(_mlContext);
        MobileNetV2TrainerOptions options = Watched().With(its => its.ValidationSet, others.Keyed(_mlContext));

        using var model = options.With(tuning => tuning with { RestoreBest = false }).Fit(_mlContext, data);

        var metrics = _mlContext.MulticlassClassification.Evaluate(model.Transform(others.Keyed(_mlContext)));
        Assert.Equal(metrics.MicroAccuracy, _validations[^1].Accuracy!.Value, 1e-9);
        Assert.Equal(metrics.LogLoss, _validations[^1].Loss, 1e-4);
        using var head = TinyNetwork.Options(blocks: 0).Fit(_mlContext, data);
        Assert.Equal(
            _mlContext.MulticlassClassification.Evaluate(head.Transform(others.Keyed(_mlContext))).LogLoss, _validations[0].Loss, 1e-4);
    }

    [Fact]
    public void Fit_WithAValidationSetOfOtherKeyValues_IsRefused()
    {
        IDataView two = _mlContext.Data.LoadFromEnumerable(_pictures.Rows[..20]);
        IDataView renamed = _mlContext.Data.LoadFromEnumerable(
            _pictures.Rows.Select(row => new PhotoRow { ImagePath = row.ImagePath, Label = row.Label == "red" ? "crimson" : row.Label }));

        foreach (IDataView other in new[] { two, renamed })
        {
            IDataView keyed = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(other).Transform(other);
            ArgumentException error = Assert.Throws<ArgumentException>(
                () => (TinyNetwork.Options().With(its => its.ValidationSet, keyed)).Fit(_mlContext, _pictures.Keyed(_mlContext)));
            Assert.StartsWith(
                "The label column 'Label' has other key values in ValidationSet than in the training data.",
                error.Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Fit_WithAValidationSetOfOtherNumbersAsKeyValues_IsRefused()
    {
        // Keys by occurrence: 1, 2, 3 in one, 3, 2, 1 in the other.
        IDataView Numbered(IEnumerable<PhotoRow> rows)
        {
            IDataView data = _mlContext.Data.LoadFromEnumerable(rows.Select(
                row => new NumberedRow { ImagePath = row.ImagePath, Label = 1 + DiscPictures.Classes.ToList().IndexOf(row.Label) }));
            return _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        }

        IDataView data = Numbered(_pictures.Rows);
        MobileNetV2TrainerOptions options = TinyNetwork.Options(blocks: 0);

        Assert.StartsWith(
            "The label column 'Label' has other key values in ValidationSet",
            Assert.Throws<ArgumentException>(
                () => (options.With(its => its.ValidationSet, Numbered(_pictures.Rows.Reverse()))).Fit(_mlContext, data)).Message,
            StringComparison.Ordinal);
        (options.With(its => its.ValidationSet, Numbered(_pictures.Rows))).Fit(_mlContext, data).Dispose();
    }

    [Fact]
    public void FineTuneIfBetter_KeepingTheHead_TellsOnceHowThatValidates()
    {
        Comparing(Harmful(Watched()).With(its => its.ValidationFraction, 0.2), _ => { }).Fit(
            _mlContext, _pictures.Keyed(_mlContext)).Dispose();

        ValidationResult validation = Assert.Single(_validations);
        Assert.InRange(validation.Loss, 0, Math.Log(3));
    }

    [Fact]
    public void Fit_OfTheHeadAlone_TellsOnceHowItValidates()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        MobileNetV2TrainerOptions tuned = Harmful(Watched()).With(its => its.ValidationFraction, 0.2);
        tuned.Fit(_mlContext, data).Dispose();
        ValidationResult expected = _validations[0];
        _validations.Clear();

        tuned.With(its => its.FineTuneBlocks, FineTuneBlocks.HeadOnly).Fit(_mlContext, data).Dispose();

        Assert.Equal(expected.Accuracy, _validations[^1].Accuracy);
        Assert.Equal(expected.Loss, _validations[^1].Loss, 1e-6);
        Assert.Single(_validations);
    }

    [Fact]
    public void FineTuneIfBetter_WithPatience_TriesAllEpochs()
    {
        int reached = 0;
        var trials = new List<int>();
        MobileNetV2TrainerOptions options = Harmful(TinyNetwork.Options()).With(tuning => tuning with { Epochs = 4, Patience = 1 })
            .With(its => its.ValidationFraction, 0.2)
            .With(its => its.FineTuneIfBetter, true)
            .With(its => its.Progress, new DirectProgress<FineTuneProgress>(state => reached = state.Epoch))
            .With(its => its.TrialEnded, _ => trials.Add(reached));

        options.Fit(_mlContext, _pictures.Keyed(_mlContext)).Dispose();

        // Half of the 12 steps, 2 an epoch on half of the images.
        Assert.Equal([3], trials);
    }

    [Fact]
    public void Fit_WithAnEmptyValidationSet_IsRefused() => Assert.Equal(
        "There is no image to validate on that can be used.",
        Assert.Throws<InvalidOperationException>(
            () => (TinyNetwork.Options().With(its => its.ValidationSet, DiscPictures.Keyed<PhotoRow>(_mlContext, []))).Fit(
                _mlContext, _pictures.Keyed(_mlContext))).Message);

    [Fact]
    public void Fit_ThatDoesHarm_RestoresTheStart()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        MobileNetV2TrainerOptions harmful = Harmful(Watched()).With(its => its.ValidationFraction, 0.2);

        float[][] restored = harmful.FitAndScore(_mlContext, data);
        float[][] last = harmful.With(tuning => tuning with { RestoreBest = false }).FitAndScore(_mlContext, data);

        float[][] head = (harmful.With(its => its.FineTuneBlocks, FineTuneBlocks.HeadOnly)).FitAndScore(_mlContext, data);
        Assert.True(_validations[0].IsBetterThan(_validations[1]));
        Assert.InRange(Photos.MaxDifference(head, restored), 0, 1e-5);
        Assert.InRange(Photos.MaxDifference(head, last), 1e-2, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Fit_WithPatience_EndsWhenAsManyEpochsWereNoBetter(int patience)
    {
        MobileNetV2TrainerOptions options = Harmful(Watched()).With(tuning => tuning with { Epochs = 10, Patience = patience });

        (options.With(its => its.ValidationFraction, 0.2)).Fit(_mlContext, _pictures.Keyed(_mlContext)).Dispose();

        Assert.Equal(1 + patience, _validations.Count);
    }

    [Fact]
    public void FineTuneIfBetter_WhereFineTuningDoesHarm_TrainsTheHeadAlone()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        var trials = new List<FineTuneTrial>();

        using var model = Comparing(Harmful(TinyNetwork.Options()), trials.Add).Fit(_mlContext, data);

        FineTuneTrial trial = Assert.Single(trials);
        Assert.False(trial.ChoosesFineTuning);
        Assert.Equal(30, trial.Images);
        Assert.Equal(
            trial.FineTuned!.Value.Accuracy!.Value - trial.Head!.Value.Accuracy!.Value, (trial.Gained - trial.Lost) / 30.0, 1e-9);
        Assert.Null(trial.UntriedReason);
        AssertIsUntrained(model);
        float[][] found = model.Transform(data).Features("Score");
        Assert.Contains(
            (float[])[0.1f, 1, 10],
            l2 => Photos.MaxDifference(
                TinyNetwork.Options(blocks: 0).With(its => its.L2Regularization, l2).FitAndScore(_mlContext, data), found) < 1e-5);
    }

    [Fact]
    public void FineTuneIfBetter_WhereFineTuningHelps_FineTunesOnAllPhotos()
    {
        IDataView data = _pictures.Keyed(_mlContext);
        var trials = new List<FineTuneTrial>();
        var plans = new List<FineTunePlan>();
        MobileNetV2TrainerOptions tuned = (TinyNetwork.Options().With(its => its.Weights, WeightsSource.From(TinyNetwork.Faint)))
            .With(
                tuning => tuning with { Epochs = 12, LearningRate = 0.01, HeadLearningRate = 0.01, Augmentation = ImageAugmentation.None });

        using var model = Comparing(tuned, trials.Add).With(its => its.Planned, plans.Add).Fit(_mlContext, data);

        Assert.True(Assert.Single(trials).ChoosesFineTuning);
        Assert.Null(TinyNetwork.NetworkOf(model).Sha256);
        Assert.Equal(tuned.FitAndScore(_mlContext, data), model.Transform(data).Features("Score"));
        FineTunePlan plan = Assert.Single(plans);
        Assert.Equal((2, TinyNetwork.Blocks, 12, 48), (plan.TrainedBlocks, plan.Blocks, plan.Epochs, plan.Steps));
    }

    [Fact]
    public void FineTuneIfBetter_WithAPartOfTheImageToChoose_TakesTheOneThatTellsTheClassesApart()
    {
        using var wide = new DiscPictures(12, areWide: true);
        IDataView data = wide.Keyed(_mlContext);
        MobileNetV2TrainerOptions options = Harmful(TinyNetwork.Options()).With(its => its.FineTuneIfBetter, true).With(
            its => its.TimeBudget, Timeout.InfiniteTimeSpan);

        using var model = options.Fit(_mlContext, data);

        Assert.Equal(
            TinyNetwork.Weights.Preprocessing with { Crop = ImageCrop.Squash, CropFraction = 1 },
            TinyNetwork.NetworkOf(model).Preprocessing);
    }

    [Fact]
    public void FineTuneIfBetter_WithTooLittleTime_TrainsTheHeadAloneAndSaysWhyNothingWasTried()
    {
        var trials = new List<FineTuneTrial>();
        MobileNetV2TrainerOptions options = Comparing(TinyNetwork.Options(), trials.Add)
            .With(its => its.TimeBudget, TimeSpan.FromTicks(1))
            .With(tuning => tuning with { Epochs = null });

        using var model = options.Fit(_mlContext, _pictures.Keyed(_mlContext));

        Assert.Matches("^a step takes [0-9.]+ s, so 0 fit in half the time; 40 are needed$", Assert.Single(trials).UntriedReason!);
        AssertIsUntrained(model);
    }

    [Fact]
    public void FineTuneIfBetter_WithOnePhotoOfEachClass_TrainsTheHeadAloneAndSaysWhyNothingWasTried()
    {
        using var few = new DiscPictures(1);
        var trials = new List<FineTuneTrial>();
        MobileNetV2TrainerOptions options = TinyNetwork.Options().With(its => its.FineTuneIfBetter, true).With(
            its => its.TrialEnded, trials.Add);

        using var model = options.Fit(_mlContext, few.Keyed(_mlContext));

        FineTuneTrial trial = Assert.Single(trials);
        Assert.Equal((null, null, false), (trial.Head, trial.FineTuned, trial.ChoosesFineTuning));
        Assert.Equal("no class has two images that can be used, so none can be held out", trial.UntriedReason);
        Assert.Same(TinyNetwork.Weights, TinyNetwork.NetworkOf(model));
    }

    private MobileNetV2TrainerOptions Watched() =>
        TinyNetwork.Options().With(its => its.Progress, new DirectProgress<FineTuneProgress>(Keep));

    private static void AssertIsUntrained(IEnumerable<ITransformer> model)
    {
        IReadOnlyDictionary<string, WeightTensor> found = TinyNetwork.NetworkOf(model).Tensors;
        Assert.All(TinyNetwork.Weights.Tensors, pair => Assert.Equal(pair.Value.Values.ToArray(), found[pair.Key].Values.ToArray()));
    }

    private static MobileNetV2TrainerOptions Comparing(MobileNetV2TrainerOptions options, Action<FineTuneTrial> ended) => options
        .With(its => its.FineTuneIfBetter, true)
        .With(its => its.Preprocessing, TinyNetwork.Weights.Preprocessing)
        .With(its => its.TimeBudget, Timeout.InfiniteTimeSpan)
        .With(its => its.TrialEnded, ended);

    private static MobileNetV2TrainerOptions Harmful(MobileNetV2TrainerOptions options) => options.With(
        tuning => tuning with { LearningRate = TinyNetwork.HarmfulRate, HeadLearningRate = TinyNetwork.HarmfulRate, WarmUpEpochs = 0 });

    private sealed class NumberedRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public int Label { get; set; }
    }

    private void Keep(FineTuneProgress state)
    {
        if (state.Validation is { } validation)
        {
            _validations.Add(validation);
        }
    }
}
