using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

public sealed class FeatureDistillationOptionsTests
{
    private static readonly FeatureDistillationOptions s_good = new() { Student = WeightsSource.Embedded };

    [Fact]
    public void Options_WhenGood_AreValidAndLearnFasterThanAClassifier()
    {
        s_good.Validate();
        Assert.Equal(
            new FineTuneOptions
            {
                Epochs = 10, WarmUpEpochs = 0.5, LearningRate = 1e-3, HeadLearningRate = 1e-3, BatchNorm = BatchNormTraining.ScaleAndShift,
            },
            s_good.FineTuning);
        Assert.Null(s_good.BlockByBlock);
        Assert.False(s_good.LearnsClassifier);
    }

    public static TheoryData<string, object> Refused => new()
    {
        { "OutputColumnName", s_good.With(its => its.OutputColumnName, "") },
        { "InputColumnName", s_good.With(its => its.InputColumnName, null!) },
        { "Student", s_good.With(its => its.Student, null!) },
        { "Teacher", s_good.With(its => its.Teacher, null!) },
        { "Store", s_good.With(its => its.Store, null!) },
        { "FineTuning", s_good.With(its => its.FineTuning, null!) },
        { "BatchSize is 0; it must be 1 to 1024.", s_good.With(its => its.FineTuning, new() { BatchSize = 0 }) },
        { "OnBadImage is 7; it must be one of Throw, MissingFeatures", s_good.With(its => its.OnBadImage, (BadImageHandling)7) },
        { "FineTuneBlocks is 0; at least one block must be trained.", s_good.With(its => its.FineTuneBlocks, FineTuneBlocks.HeadOnly) },
        {
            "BlockByBlock is set and FineTuneBlocks is 3; block by block, all are trained.",
            s_good.With(its => its.BlockByBlock, true).With(its => its.FineTuneBlocks, 3)
        },
        {
            "MixupAlpha is 0.5; it must be 0: a blend of images does not give a blend of their features.",
            s_good.With(its => its.FineTuning, new() { MixupAlpha = 0.5 })
        },
        {
            "Patience is given; it must be null: a distillation has no validation",
            s_good.With(its => its.FineTuning, new() { Patience = 3 })
        },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Validate_ValueNotAllowed_NamesIt(string message, object options) => Assert.Contains(
        message, Assert.ThrowsAny<ArgumentException>(((FeatureDistillationOptions)options).Validate).Message, StringComparison.Ordinal);
}
