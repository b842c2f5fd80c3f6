namespace MLNet.MobileNetV2.Tests.Detection.Training.Options;

public sealed class DetectorTrainingOptionsTests
{
    private static readonly DetectorTrainingOptions s_good = new();

    [Fact]
    public void Options_Defaults_AreValid()
    {
        s_good.Validate();
        Assert.False(s_good.Augmentation.IsNone);
        Assert.True(DetectionAugmentation.None.IsNone);
    }

    [Fact]
    public void Tuning_AnyOptions_HasThem()
    {
        var checkpoint = new CheckpointOptions("folder");

        FineTuneOptions tuning = new DetectorTrainingOptions
        {
            Steps = 7,
            Epochs = 3,
            BatchSize = 5,
            HeadLearningRate = 0.1,
            LearningRate = 0.2,
            WeightDecay = 0.3f,
            HeadEpochs = 1.5,
            WeightAverageDecay = 0.4,
            ViewsPerImage = 6,
            RestoreBest = false,
            Patience = 8,
            ImageMemoryMiB = 9,
            ThreadCount = 2,
            Seed = 11,
            Checkpoint = checkpoint,
        }.Tuning;

        Assert.Equal((7, 3, 5, 0.1, 0.2, 0.3f), (
            tuning.Steps, tuning.Epochs, tuning.BatchSize, tuning.HeadLearningRate, tuning.LearningRate, tuning.WeightDecay));
        Assert.Equal((1.5, 0.4, 6, false, 8), (
            tuning.HeadEpochs, tuning.WeightAverageDecay, tuning.ViewsPerImage, tuning.RestoreBest, tuning.Patience));
        Assert.Equal((9, 2, 11, checkpoint), (tuning.ImageMemoryMiB, tuning.ThreadCount, tuning.Seed, tuning.Checkpoint));
        Assert.False(tuning.Augmentation.IsNone);
        Assert.True((s_good with { Augmentation = DetectionAugmentation.None }).Tuning.Augmentation.IsNone);
    }

    public static TheoryData<string, object> Refused => new()
    {
        { "Steps is 0; it must be at least 1.", s_good with { Steps = 0 } },
        { "Epochs is 0; it must be at least 1, or null.", s_good with { Epochs = 0 } },
        { "BatchSize is 0; it must be 1 to 1024.", s_good with { BatchSize = 0 } },
        { "BatchSize is 1025; it must be 1 to 1024.", s_good with { BatchSize = 1025 } },
        { "HeadLearningRate is 0", s_good with { HeadLearningRate = 0 } },
        { "LearningRate is NaN", s_good with { LearningRate = double.NaN } },
        { "WeightDecay is -1", s_good with { WeightDecay = -1 } },
        { "HeadEpochs is -1", s_good with { HeadEpochs = -1 } },
        { "WeightAverageDecay is 1", s_good with { WeightAverageDecay = 1 } },
        { "Loss is 5; it must be one of HardNegatives, Focal", s_good with { Loss = (DetectionLoss)5 } },
        { "Augmentation", s_good with { Augmentation = null! } },
        { "ViewsPerImage is -1", s_good with { ViewsPerImage = -1 } },
        { "ValidationShare is 1; it must be from 0 to below 1.", s_good with { ValidationShare = 1 } },
        { "ValidationShare is NaN", s_good with { ValidationShare = double.NaN } },
        { "Patience is 0", s_good with { Patience = 0 } },
        { "ImageMemoryMiB is -1", s_good with { ImageMemoryMiB = -1 } },
        { "ThreadCount is -1", s_good with { ThreadCount = -1 } },
        { "Folder is \"\"", s_good with { Checkpoint = new("") } },
        { "HorizontalFlipProbability is 2", Augmented(new() { HorizontalFlipProbability = 2 }) },
        { "VerticalFlipProbability is -1", Augmented(new() { VerticalFlipProbability = -1 }) },
        { "CropProbability is NaN", Augmented(new() { CropProbability = double.NaN }) },
        { "SmallestCropSide is 0; it must be more than 0 and at most 1.", Augmented(new() { SmallestCropSide = 0 }) },
        { "SmallestCropSide is 1.5", Augmented(new() { SmallestCropSide = 1.5 }) },
        { "Brightness is 2", Augmented(new() { Brightness = 2 }) },
        { "Contrast is 2", Augmented(new() { Contrast = 2 }) },
        { "Saturation is 2", Augmented(new() { Saturation = 2 }) },
        { "Hue is 0.6", Augmented(new() { Hue = 0.6 }) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Validate_ValueNotAllowed_NamesIt(string message, object options) => Assert.Contains(
        message, Assert.ThrowsAny<ArgumentException>(((DetectorTrainingOptions)options).Validate).Message, StringComparison.Ordinal);

    private static DetectorTrainingOptions Augmented(DetectionAugmentation augmentation) => s_good with { Augmentation = augmentation };
}
