using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

public sealed class MobileNetV2TrainerOptionsTests
{
    private static readonly IDataView s_data = new MLContext(seed: 1).Data.LoadFromEnumerable(new PhotoRow[1]);

    [Fact]
    public void StoreAndFineTuning_WhenNew_AreTheDefaultsOfTheirOwn()
    {
        var options = new MobileNetV2TrainerOptions();

        Assert.Equal(WeightsStoreOptions.FromEnvironment(), options.Store);
        Assert.Equal(new FineTuneOptions(), options.FineTuning);
    }

    public static TheoryData<string, object> Refused => new()
    {
        { "LabelColumnName", With(o => o.With(its => its.LabelColumnName, " ")) },
        { "LabelColumnName", With(o => o.With(its => its.LabelColumnName, null!)) },
        { "InputColumnName", With(o => o.With(its => its.InputColumnName, "")) },
        { "FeatureColumnName", With(o => o.With(its => its.FeatureColumnName, "")) },
        { "FeatureColumnName", With(o => o.With(its => its.FeatureColumnName, null!)) },
        { "Weights", With(o => o.With(its => its.Weights, null!)) },
        { "Store", With(o => o.With(its => its.Store, null!)) },
        { "Size is 0", With(o => o.With(its => its.Preprocessing, new() { Size = 0 })) },
        { "FineTuning", With(o => o.With(its => its.FineTuning, null!)) },
        { "Epochs is 0; it must be at least 1, or null.", With(o => o.With(its => its.FineTuning, new() { Epochs = 0 })) },
        { "ThreadCount is -1", With(o => o.With(its => its.FineTuning, new() { ThreadCount = -1 })) },
        { "L2Regularization is -1", With(o => o.With(its => its.L2Regularization, -1)) },
        { "L2Regularization is NaN", With(o => o.With(its => its.L2Regularization, float.NaN)) },
        { "ScoreColumnName", With(o => o.With(its => its.ScoreColumnName, "")) },
        { "PredictedLabelColumnName", With(o => o.With(its => its.PredictedLabelColumnName, " ")) },
        {
            "PredictedLabelColumnName is Odds;",
            With(o => o.With(its => its.ScoreColumnName, "Odds").With(its => its.PredictedLabelColumnName, "Odds"))
        },
        { "OnBadImage is 7; it must be one of Throw, MissingFeatures", With(o => o.With(its => its.OnBadImage, (BadImageHandling)7)) },
        { "ValidationFraction is 1; it must be from 0 to below 1.", With(o => o.With(its => its.ValidationFraction, 1)) },
        { "ValidationFraction is -0.5; ", With(o => o.With(its => its.ValidationFraction, -0.5)) },
        { "ValidationFraction is NaN; ", With(o => o.With(its => its.ValidationFraction, double.NaN)) },
        {
            "ValidationFraction and ValidationSet are both given",
            With(o => o.With(its => its.ValidationFraction, 0.2).With(its => its.ValidationSet, s_data))
        },
        {
            "Patience needs images to validate on: give ValidationFraction or ValidationSet.",
            With(o => o.With(its => its.FineTuning, new() { Patience = 2 }))
        },
        {
            "FineTuneIfBetter compares with the head alone: FineTuneBlocks must be at least 1 (it is 0)",
            With(o => o.With(its => its.FineTuneIfBetter, true))
        },
        { "TimeBudget is 00:00:00; it must be above 0, infinite, or null.", With(o => o.With(its => its.TimeBudget, TimeSpan.Zero)) },
        { "TimeBudget is -00:00:02; ", With(o => o.With(its => its.TimeBudget, TimeSpan.FromSeconds(-2))) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Validate_ValueNotAllowed_NamesIt(string message, object options) => Assert.Contains(
        message, Assert.ThrowsAny<ArgumentException>(((MobileNetV2TrainerOptions)options).Validate).Message, StringComparison.Ordinal);

    public static TheoryData<object> Allowed =>
    [
        With(o => o.With(its => its.ValidationFraction, 0.2).With(its => its.FineTuning, new() { Patience = 1 })),
        With(o => o.With(its => its.ValidationSet, s_data).With(its => its.FineTuning, new() { Patience = 1 })),
        With(o => o.With(its => its.FineTuneIfBetter, true).With(its => its.FineTuneBlocks, 1)
            .With(its => its.TimeBudget, TimeSpan.FromMinutes(10)).With(
                its => its.FineTuning, new() { ClassifierStart = ClassifierStart.Random })),
        With(o => o.With(its => its.TimeBudget, Timeout.InfiniteTimeSpan)),
        With(
            o => o.With(its => its.L2Regularization, 0).With(its => its.FineTuneBlocks, FineTuneBlocks.All).With(
                its => its.OnBadImage, BadImageHandling.MissingFeatures)),
    ];

    [Theory]
    [MemberData(nameof(Allowed))]
    public void Validate_ValuesThatGoTogether_AreAllowed(object options) => ((MobileNetV2TrainerOptions)options).Validate();

    [Fact]
    public void HasValidation_WithAPartOrASet_IsTrue()
    {
        Assert.False(new MobileNetV2TrainerOptions().HasValidation);
        Assert.True(new MobileNetV2TrainerOptions { ValidationFraction = 0.1 }.HasValidation);
        Assert.True(new MobileNetV2TrainerOptions { ValidationSet = s_data }.HasValidation);
    }

    [Fact]
    public void Head_TakesWhatConcernsIt()
    {
        using var stop = new CancellationTokenSource();
        var options = new MobileNetV2TrainerOptions
        {
            LabelColumnName = "Kind",
            FeatureColumnName = "Vector",
            L2Regularization = 0.5f,
            FineTuning = new() { ThreadCount = 3 },
            CancellationToken = stop.Token,
        };

        Assert.Equal(
            ("Kind", "Vector", 0.5f), (options.Head.LabelColumnName, options.Head.FeatureColumnName, options.Head.L2Regularization));
        Assert.Equal((3, stop.Token), (options.Head.ThreadCount, options.Head.CancellationToken));
        Assert.Equal(0, new MobileNetV2TrainerOptions().Head.ThreadCount);
    }

    [Fact]
    public void Trainer_WithoutCatalogOrOptions_NamesWhatIsMissing()
    {
        var mlContext = new MLContext(seed: 1);

        Assert.Throws<ArgumentNullException>(
            "options", () => mlContext.MulticlassClassification.Trainers.MobileNetV2((MobileNetV2TrainerOptions)null!));
        Assert.Throws<ArgumentNullException>(
            "catalog", () => MobileNetV2Catalog.MobileNetV2(catalog: null!, new MobileNetV2TrainerOptions()));
    }

    private static object With(Func<MobileNetV2TrainerOptions, MobileNetV2TrainerOptions> change) => change(new());
}
