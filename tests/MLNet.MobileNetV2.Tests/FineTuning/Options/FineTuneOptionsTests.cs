namespace MLNet.MobileNetV2.Tests.FineTuning.Options;

public sealed class FineTuneOptionsTests
{
    private const double Infinity = double.PositiveInfinity;

    public static TheoryData<string, object> Refused => new()
    {
        { "Steps is 0; it must be at least 1.", With(o => o with { Steps = 0 }) },
        { "Epochs is 0; it must be at least 1, or null.", With(o => o with { Epochs = 0 }) },
        { "TrainingSize is 31; it must be 32 to 4096, or null.", With(o => o with { TrainingSize = 31 }) },
        { "TrainingSize is 4097; it must be 32 to 4096, or null.", With(o => o with { TrainingSize = 4097 }) },
        { "BatchSize is 0; it must be 1 to 1024.", With(o => o with { BatchSize = 0 }) },
        { "BatchSize is 1025; it must be 1 to 1024.", With(o => o with { BatchSize = 1025 }) },
        { "Optimizer is 7; it must be one of AdamW, Sgd, Muon.", With(o => o with { Optimizer = (OptimizerKind)7 }) },
        { "LearningRate is 0; it must be a finite number above 0.", With(o => o with { LearningRate = 0 }) },
        { "LearningRate is NaN; ", With(o => o with { LearningRate = double.NaN }) },
        { "LearningRate is Infinity; ", With(o => o with { LearningRate = Infinity }) },
        { "HeadLearningRate is -0.5; it must be a finite number above 0.", With(o => o with { HeadLearningRate = -0.5 }) },
        { "HeadLearningRate is Infinity; ", With(o => o with { HeadLearningRate = Infinity }) },
        { "LayerDecay is 0; it must be above 0 and at most 1, or null.", With(o => o with { LayerDecay = 0 }) },
        { "LayerDecay is 1.5; ", With(o => o with { LayerDecay = 1.5 }) },
        { "LayerDecay is NaN; ", With(o => o with { LayerDecay = double.NaN }) },
        { "WeightDecay is -0.5; it must be a finite number of at least 0.", With(o => o with { WeightDecay = -0.5f }) },
        { "WeightDecay is NaN; ", With(o => o with { WeightDecay = float.NaN }) },
        { "Momentum is 1; it must be from 0 to below 1.", With(o => o with { Momentum = 1 }) },
        { "Momentum is -1; ", With(o => o with { Momentum = -1 }) },
        { "Beta1 is 1; it must be from 0 to below 1.", With(o => o with { Beta1 = 1 }) },
        { "Beta1 is NaN; ", With(o => o with { Beta1 = float.NaN }) },
        { "Beta2 is -0.5; it must be from 0 to below 1.", With(o => o with { Beta2 = -0.5f }) },
        { "Beta2 is 1; ", With(o => o with { Beta2 = 1 }) },
        { "Epsilon is 0; it must be a finite number above 0.", With(o => o with { Epsilon = 0 }) },
        { "Epsilon is Infinity; ", With(o => o with { Epsilon = float.PositiveInfinity }) },
        { "WarmUpEpochs is -1; it must be a finite number of at least 0, or null.", With(o => o with { WarmUpEpochs = -1 }) },
        { "WarmUpEpochs is Infinity; ", With(o => o with { WarmUpEpochs = Infinity }) },
        { "LastLearningRateFactor is 1.5; it must be from 0 to 1.", With(o => o with { LastLearningRateFactor = 1.5 }) },
        { "LastLearningRateFactor is -1; ", With(o => o with { LastLearningRateFactor = -1 }) },
        {
            "RefitL2Regularization is -1; it must be a finite number of at least 0, or null.",
            With(o => o with { RefitL2Regularization = -1 })
        },
        { "RefitL2Regularization is NaN; ", With(o => o with { RefitL2Regularization = float.NaN }) },
        { "TrainedShare is 0; it must be above 0 and at most 1, or null.", With(o => o with { TrainedShare = 0 }) },
        { "TrainedShare is 1.1; ", With(o => o with { TrainedShare = 1.1 }) },
        { "ClassifierStart is 7; it must be one of Auto, Solved, Random.", With(o => o with { ClassifierStart = (ClassifierStart)7 }) },
        { "HeadEpochs is -1; it must be a finite number of at least 0.", With(o => o with { HeadEpochs = -1 }) },
        { "HeadEpochs is NaN; ", With(o => o with { HeadEpochs = double.NaN }) },
        { "UnfreezingEpochs is -1; it must be a finite number of at least 0.", With(o => o with { UnfreezingEpochs = -1 }) },
        { "UnfreezingEpochs is Infinity; ", With(o => o with { UnfreezingEpochs = Infinity }) },
        {
            "BatchNorm is 7; it must be one of Frozen, ScaleAndShift, BatchStatistics.",
            With(o => o with { BatchNorm = (BatchNormTraining)7 })
        },
        { "Dropout is 1; it must be from 0 to below 1, or null.", With(o => o with { Dropout = 1 }) },
        { "Dropout is -0.5; ", With(o => o with { Dropout = -0.5 }) },
        { "RotationDegrees is 181; ", With(o => o with { Augmentation = new() { RotationDegrees = 181 } }) },
        { "ViewsPerImage is -1; it must be at least 0.", With(o => o with { ViewsPerImage = -1 }) },
        { "LabelSmoothing is 1; it must be from 0 to below 1.", With(o => o with { LabelSmoothing = 1 }) },
        { "LabelSmoothing is -1; ", With(o => o with { LabelSmoothing = -1 }) },
        { "MixupAlpha is -1; it must be 0, or 0.001 to 1000.", With(o => o with { MixupAlpha = -1 }) },
        { "MixupAlpha is 0.0001; it must be 0, or 0.001 to 1000.", With(o => o with { MixupAlpha = 0.0001 }) },
        { "MixupAlpha is 1001; it must be 0, or 0.001 to 1000.", With(o => o with { MixupAlpha = 1001 }) },
        { "MixupAlpha is NaN; ", With(o => o with { MixupAlpha = double.NaN }) },
        { "WeightAverageDecay is 1; it must be from 0 to below 1.", With(o => o with { WeightAverageDecay = 1 }) },
        { "WeightAverageDecay is -1; ", With(o => o with { WeightAverageDecay = -1 }) },
        { "ClipGradient is -1; it must be a finite number of at least 0.", With(o => o with { ClipGradient = -1 }) },
        { "ClipGradient is Infinity; ", With(o => o with { ClipGradient = Infinity }) },
        { "Patience is 0; it must be at least 1, or null.", With(o => o with { Patience = 0 }) },
        { "ImageMemoryMiB is -1; it must be at least 0.", With(o => o with { ImageMemoryMiB = -1 }) },
        { "ThreadCount is -1; it must be 0 (all cores) to 1024.", With(o => o with { ThreadCount = -1 }) },
        { "EverySteps is 0; it must be at least 1.", With(o => o with { Checkpoint = new("folder") { EverySteps = 0 } }) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Validate_ValueNotAllowed_SaysWhatIs(string message, object options)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(((FineTuneOptions)options).Validate);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(message[..message.IndexOf(' ', StringComparison.Ordinal)], error.ParamName);
    }

    public static TheoryData<object> Edges =>
    [
        With(o => o with { Epochs = 1, BatchSize = 1, LayerDecay = 1e-9, WeightDecay = 0, Momentum = 0, Beta1 = 0, Beta2 = 0 }),
        With(
            o => o with
            {
                BatchSize = 1024,
                WarmUpEpochs = 0,
                LastLearningRateFactor = 0,
                Dropout = 0,
                LabelSmoothing = 0,
                ClipGradient = 0,
            }),
        With(
            o => o with
            {
                LastLearningRateFactor = 1,
                MixupAlpha = 0.001,
                Patience = 1,
                ImageMemoryMiB = 0,
                ThreadCount = 100,
                Seed = int.MinValue,
            }),
        With(o => o with { MixupAlpha = 1000, WarmUpEpochs = 100, HeadEpochs = 100, UnfreezingEpochs = 100, WeightAverageDecay = 0.9999 }),
    ];

    [Theory]
    [MemberData(nameof(Edges))]
    public void Validate_ValuesAtTheEdge_AreAllowed(object options) => ((FineTuneOptions)options).Validate();

    [Fact]
    public void Validate_NoAugmentation_IsNamed() => Assert.Equal(
        "Augmentation", Assert.Throws<ArgumentNullException>(new FineTuneOptions { Augmentation = null! }.Validate).ParamName);

    private static object With(Func<FineTuneOptions, FineTuneOptions> change) => change(new());

    [Theory]
    [InlineData(10, null, ClassifierStart.Solved, 3.0)]
    [InlineData(100, null, ClassifierStart.Solved, 3.0)]
    [InlineData(2, null, ClassifierStart.Solved, 0.6)]
    [InlineData(100, null, ClassifierStart.Random, 0.5)]
    [InlineData(10, 0.0, ClassifierStart.Solved, 0.0)]
    [InlineData(2, 5.0, ClassifierStart.Random, 5.0)]
    public void WarmUpFor_WithoutAGivenOne_GoesWithTheClassifiersStart(
        int epochs, double? given, ClassifierStart start, double expected) =>
        Assert.Equal(expected, new FineTuneOptions { WarmUpEpochs = given, ClassifierStart = start }.WarmUpFor(epochs), 1e-12);

    [Fact]
    public void For_GivesTheClassifiersStartThatGoesWithWhatIsTrained()
    {
        Assert.Equal(ClassifierStart.Random, new FineTuneOptions().For(FineTuneBlocks.Last(1)).ClassifierStart);
        Assert.Equal(ClassifierStart.Solved, new FineTuneOptions().For(FineTuneBlocks.HeadOnly).ClassifierStart);
        Assert.Equal(
            ClassifierStart.Random,
            new FineTuneOptions { ClassifierStart = ClassifierStart.Random }.For(FineTuneBlocks.HeadOnly).ClassifierStart);
    }

    [Fact]
    public void For_GivesTheLayerDecayThatGoesWithWhatIsTrained()
    {
        FineTuneOptions random = new();
        FineTuneOptions solved = random with { ClassifierStart = ClassifierStart.Solved };

        Assert.Equal(1 / 2.6, solved.For(FineTuneBlocks.Last(3)).LayerDecay);
        Assert.Equal(1, solved.For(FineTuneBlocks.All).LayerDecay);
        Assert.Equal(1, random.For(FineTuneBlocks.Last(3)).LayerDecay);
        Assert.Equal(0.5, (solved with { LayerDecay = 0.5 }).For(FineTuneBlocks.Last(3)).LayerDecay);
        Assert.Equal(0.5, (solved with { LayerDecay = 0.5 }).For(FineTuneBlocks.All).LayerDecay);
    }

    [Fact]
    public void For_GivesTheShareOfTrainedWeightsThatGoesWithTheTraining()
    {
        var options = new FineTuneOptions();

        Assert.Equal(0.75, options.For(FineTuneBlocks.All).TrainedShare);
        Assert.Equal(0.5, (options with { TrainedShare = 0.5 }).For(FineTuneBlocks.All).TrainedShare);
        Assert.Equal(1, (options with { BatchNorm = BatchNormTraining.BatchStatistics }).For(FineTuneBlocks.All).TrainedShare);
        Assert.Equal(1, (options with { RefitL2Regularization = null }).For(FineTuneBlocks.All).TrainedShare);
    }

    [Fact]
    public void Validate_MixedWeightsWithoutANewClassifier_AreRefused() => Assert.StartsWith(
        "TrainedShare is 0.5; below 1 it needs RefitL2Regularization",
        Assert.Throws<ArgumentException>(
            new FineTuneOptions { TrainedShare = 0.5, RefitL2Regularization = null }.Validate).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(224, 160)]
    [InlineData(192, 128)]
    [InlineData(160, 128)]
    [InlineData(96, 64)]
    [InlineData(32, 32)]
    [InlineData(16, 16)]
    public void TrainingSizeFor_WithoutAGivenOne_IsFiveSeventhsInStepsOf32(int own, int expected)
    {
        Assert.Equal(expected, new FineTuneOptions().TrainingSizeFor(own));
        Assert.Equal(own, new FineTuneOptions { BatchNorm = BatchNormTraining.BatchStatistics }.TrainingSizeFor(own));
        Assert.Equal(48, new FineTuneOptions { TrainingSize = 48 }.TrainingSizeFor(own));
    }
}
