namespace MLNet.MobileNetV2.Tests.Evaluation;

public class ClassificationReportTests
{
    private static readonly (int, ReadOnlyMemory<float>)[] s_predictions =
    [
        (0, new float[] { 0.5f, 0.25f, 0.25f }),
        (0, new float[] { 0.2f, 0.7f, 0.1f }),
        (1, new float[] { 0.1f, 0.8f, 0.1f }),
        (2, new float[] { 0.6f, 0.2f, 0.2f }),
    ];

    private static readonly ClassificationReport s_report = ClassificationReport.Create(["rose", "daisy", "Tulip"], s_predictions);

    [Fact]
    public void Classes_AreInOrdinalOrder() => Assert.Equal(["Tulip", "daisy", "rose"], s_report.Classes);

    [Fact]
    public void Confusion_HasTruthInRowsInTheOrderOfClasses() =>
        Assert.Equal([[0, 0, 1], [0, 1, 0], [0, 1, 1]], s_report.Confusion);

    [Fact]
    public void Accuracy_IsTheFractionOnTheDiagonal() => Assert.Equal(0.5, s_report.Accuracy);

    [Fact]
    public void LogLoss_IsTheMeanOfMinusLogOfTheTrueProbability() =>
        Assert.Equal(-(Math.Log(0.5) + Math.Log(0.2) + Math.Log(0.8) + Math.Log(0.2)) / 4, s_report.LogLoss, 6);

    [Fact]
    public void MacroF1_IsTheMeanOfEachClassF1() => Assert.Equal((0.0 + (2.0 / 3) + (2.0 / 4)) / 3, s_report.MacroF1, 12);

    [Fact]
    public void MacroF1_LeavesOutClassesThatNeverOccur() => Assert.Equal(
        1, ClassificationReport.Create(["a", "b", "c"], [(0, new float[] { 1, 0, 0 }), (1, new float[] { 0, 1, 0 })]).MacroF1);

    [Fact]
    public void LogLoss_OfACertainError_IsFinite() => Assert.Equal(
        -Math.Log(1e-15), ClassificationReport.Create(["a", "b"], [(0, new float[] { 0, 1 })]).LogLoss, 9);

    [Fact]
    public void Create_WithoutPictures_Throws() =>
        Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a", "b"], []));

    [Theory]
    [InlineData(float.NaN, 0.5f)]
    [InlineData(0.5f, float.NaN)]
    public void Create_WithAMissingProbability_ThrowsNamingTheRow(float first, float second) => Assert.Contains(
        "Row 1 (counted from 0)",
        Assert.Throws<ArgumentException>(
            () => ClassificationReport.Create(["a", "b"], [(0, new float[] { 1, 0 }), (0, new[] { first, second })])).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void Create_WithAClassOutOfRange_Throws(int trueClass) => Assert.Contains(
        $"true class {trueClass}",
        Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a", "b"], [(trueClass, new float[] { 0, 1 })])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Create_WithTooFewProbabilities_Throws() => Assert.Contains(
        "1 probabilities",
        Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a", "b"], [(0, new float[] { 1 })])).Message,
        StringComparison.Ordinal);
}
