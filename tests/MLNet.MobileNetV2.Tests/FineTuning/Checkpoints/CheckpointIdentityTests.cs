using System.Globalization;
using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Checkpoints;

public sealed class CheckpointIdentityTests
{
    private const float L2 = 0.1f;

    private static readonly FineTuneOptions s_options = new();
    private static readonly MobileNetV2Weights s_weights = Create(PaddingFlavor.PyTorchSymmetric);
    private static readonly CheckpointIdentity s_identity = CheckpointIdentity.Of(s_options, 2, L2, s_weights, ["a", "b"]);

    [Fact]
    public void DifferenceFrom_TheSame_IsNone() =>
        Assert.Null(
            s_identity.DifferenceFrom(
                CheckpointIdentity.Of(
                    new FineTuneOptions(), FineTuneBlocks.Last(2), L2, Create(PaddingFlavor.PyTorchSymmetric), ["a", "b"])));

    public static TheoryData<object> WithoutEffect =>
    [
        s_options with { ThreadCount = 3 },
        s_options with { ImageMemoryMiB = 3 },
        s_options with { Checkpoint = new("folder") { Resume = true } },
    ];

    [Theory]
    [MemberData(nameof(WithoutEffect))]
    public void DifferenceFrom_WhatChangesNothing_IsNone(object options) =>
        Assert.Null(s_identity.DifferenceFrom(CheckpointIdentity.Of((FineTuneOptions)options, 2, L2, s_weights, ["a", "b"])));

    public static TheoryData<string, object> WithEffect => new()
    {
        { "Epochs", s_options with { Epochs = 11 } },
        { "BatchSize", s_options with { BatchSize = 31 } },
        { "Optimizer", s_options with { Optimizer = OptimizerKind.Sgd } },
        { "LearningRate", s_options with { LearningRate = 1.0000001e-4 } },
        { "HeadLearningRate", s_options with { HeadLearningRate = 2 } },
        { "LayerDecay", s_options with { LayerDecay = 0.5 } },
        { "WeightDecay", s_options with { WeightDecay = 0.02f } },
        { "Momentum", s_options with { Momentum = 0.8f } },
        { "Beta1", s_options with { Beta1 = 0.8f } },
        { "Beta2", s_options with { Beta2 = 0.8f } },
        { "Epsilon", s_options with { Epsilon = 1e-7f } },
        { "WarmUpEpochs", s_options with { WarmUpEpochs = 1 } },
        { "LastLearningRateFactor", s_options with { LastLearningRateFactor = 0 } },
        { "ClassifierStart", s_options with { ClassifierStart = ClassifierStart.Random } },
        { "HeadEpochs", s_options with { HeadEpochs = 1 } },
        { "UnfreezingEpochs", s_options with { UnfreezingEpochs = 1 } },
        { "BatchNorm", s_options with { BatchNorm = BatchNormTraining.ScaleAndShift } },
        { "Dropout", s_options with { Dropout = 0.2 } },
        { "Augmentation", s_options with { Augmentation = ImageAugmentation.Strong } },
        { "ViewsPerImage", s_options with { ViewsPerImage = 1 } },
        { "LabelSmoothing", s_options with { LabelSmoothing = 0.2 } },
        { "MixupAlpha", s_options with { MixupAlpha = 1 } },
        { "BalanceClasses", s_options with { BalanceClasses = true } },
        { "WeightAverageDecay", s_options with { WeightAverageDecay = 0.5 } },
        { "ClipGradient", s_options with { ClipGradient = 1 } },
        { "Patience", s_options with { Patience = 1 } },
        { "RestoreBest", s_options with { RestoreBest = false } },
        { "Seed", s_options with { Seed = 1 } },
    };

    [Theory]
    [MemberData(nameof(WithEffect))]
    public void DifferenceFrom_OtherOptions_IsNamed(string name, object options) =>
        Assert.Equal(
            $"options ({name})", s_identity.DifferenceFrom(CheckpointIdentity.Of((FineTuneOptions)options, 2, L2, s_weights, ["a", "b"])));

    [Fact]
    public void DifferenceFrom_OtherBlocks_IsNamed()
    {
        Assert.Equal("options (FineTuneBlocks)", s_identity.DifferenceFrom(CheckpointIdentity.Of(s_options, 3, L2, s_weights, ["a", "b"])));
        Assert.Equal(
            "options (FineTuneBlocks)",
            s_identity.DifferenceFrom(CheckpointIdentity.Of(s_options, FineTuneBlocks.All, L2, s_weights, ["a", "b"])));
    }

    [Fact]
    public void DifferenceFrom_SeveralOtherOptions_NamesEach() => Assert.Equal(
        "options (Epochs, Seed, L2Regularization)",
        s_identity.DifferenceFrom(CheckpointIdentity.Of(s_options with { Epochs = 3, Seed = 3 }, 2, 0.2f, s_weights, ["a", "b"])));

    [Theory]
    [InlineData("no JSON")]
    [InlineData("7")]
    [InlineData(null)]
    public void DifferenceFrom_OptionsThatSayNothing_NamesNone(string? options) =>
        Assert.Equal("options", s_identity.DifferenceFrom(s_identity with { Options = options! }));

    public static TheoryData<object> OtherWeights =>
    [
        RandomWeights.Create(2, RandomWeights.Narrow(3), s_weights.Preprocessing),
        RandomWeights.Create(1, RandomWeights.Narrow(4), s_weights.Preprocessing),
        Create(PaddingFlavor.TensorFlowSame),
        s_weights.WithoutClassifier(),
        s_weights.WithBatchNorm(BatchNormForm.Apart),
        s_weights.WithPreprocessing(s_weights.Preprocessing with { CropFraction = 1 }),
        s_weights.WithPreprocessing(s_weights.Preprocessing with { Size = 64 }),
        s_weights.WithPreprocessing(s_weights.Preprocessing with { Mean = new(1, 2, 3) }),
        s_weights.WithPreprocessing(s_weights.Preprocessing with { ChannelOrder = ImageChannelOrder.Bgr }),
    ];

    [Theory]
    [MemberData(nameof(OtherWeights))]
    public void DifferenceFrom_OtherWeights_IsNamed(object weights) =>
        Assert.Equal(
            "weights", s_identity.DifferenceFrom(CheckpointIdentity.Of(s_options, 2, L2, (MobileNetV2Weights)weights, ["a", "b"])));

    [Fact]
    public void DifferenceFrom_OtherPhotos_IsNamed() => Assert.All(
        (string[][])[["a"], ["b", "a"], ["ab"], ["a", "b", ""], ["a", "c"]],
        photos => Assert.Equal("images", s_identity.DifferenceFrom(CheckpointIdentity.Of(s_options, 2, L2, s_weights, photos))));

    [Fact]
    public void DifferenceFrom_AllOther_NamesAll() => Assert.Equal(
        "options (FineTuneBlocks) and weights and images",
        s_identity.DifferenceFrom(CheckpointIdentity.Of(s_options, 3, L2, Create(PaddingFlavor.TensorFlowSame), [])));

    [Fact]
    public void Of_InAnotherCulture_IsTheSame()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        comma.NumberFormat.NegativeSign = "minus";
        try
        {
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(s_identity, CheckpointIdentity.Of(s_options, 2, L2, s_weights, ["a", "b"]));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static MobileNetV2Weights Create(PaddingFlavor padding) =>
        RandomWeights.Create(1, RandomWeights.Narrow(3, padding), new ImagePreprocessing { Size = 32, Mean = new(-1.5f, 2.25f, 3) });
}
