namespace MLNet.MobileNetV2.Tests.Classification;

public sealed class MobileNetV2HeadOptionsTests
{
    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void LabelSmoothing_NotAllowed_SaysWhatIs(float value) => Rejects(
        new MobileNetV2HeadOptions { LabelSmoothing = value },
        nameof(MobileNetV2HeadOptions.LabelSmoothing),
        FormattableString.Invariant($"LabelSmoothing is {value}; it must be from 0 to below 1."));

    [Theory]
    [InlineData(-0.5f, "L2Regularization is -0.5; it must be a finite number of at least 0.")]
    [InlineData(float.NaN, "L2Regularization is NaN; it must be a finite number of at least 0.")]
    [InlineData(float.PositiveInfinity, "L2Regularization is Infinity; it must be a finite number of at least 0.")]
    public void L2Regularization_NotAllowed_SaysWhatIs(float value, string message) =>
        Rejects(new MobileNetV2HeadOptions { L2Regularization = value }, nameof(MobileNetV2HeadOptions.L2Regularization), message);

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    public void OptimizationTolerance_NotAllowed_SaysWhatIs(float value) => Rejects(
        new MobileNetV2HeadOptions { OptimizationTolerance = value },
        nameof(MobileNetV2HeadOptions.OptimizationTolerance),
        $"OptimizationTolerance is {value}; it must be a number above 0 and below 1.");

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void MaximumIterations_NotAllowed_SaysWhatIs(int value) => Rejects(
        new MobileNetV2HeadOptions { MaximumIterations = value },
        nameof(MobileNetV2HeadOptions.MaximumIterations),
        $"MaximumIterations is {value}; it must be at least 1.");

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    public void ThreadCount_NotAllowed_SaysWhatIs(int value) => Rejects(
        new MobileNetV2HeadOptions { ThreadCount = value },
        nameof(MobileNetV2HeadOptions.ThreadCount),
        $"ThreadCount is {value}; it must be 0 (all cores) to 1024.");

    [Theory]
    [InlineData(null, "null")]
    [InlineData("", "\"\"")]
    [InlineData(" ", "\" \"")]
    public void ColumnNames_Empty_SayWhatIsNeeded(string? value, string shown)
    {
        Rejects(new MobileNetV2HeadOptions { LabelColumnName = value! }, "LabelColumnName", $"LabelColumnName is {shown}; the name of a "
            + "column is needed.");
        Rejects(
            new MobileNetV2HeadOptions { PredictedLabelColumnName = value! },
            "PredictedLabelColumnName",
            $"PredictedLabelColumnName is {shown}; the name of a column is needed.");
        Rejects(new MobileNetV2HeadOptions { FeatureColumnName = value! }, "FeatureColumnName", $"FeatureColumnName is {shown}; the "
            + "name of a column is needed.");
    }

    private static void Rejects(MobileNetV2HeadOptions options, string name, string message)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => options.Validate());
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }
}
