namespace MLNet.MobileNetV2.Tests.Evaluation;

public class ClassificationReportTests
{
    private static readonly ScoredImage[] s_images =
    [
        Image(0, 0.5f, 0.25f, 0.25f) with { Path = "a" },
        Image(0, 0.2f, 0.7f, 0.1f) with { Path = "b" },
        Image(1, 0.1f, 0.8f, 0.1f) with { Path = "c" },
        Image(2, 0.6f, 0.2f, 0.2f),
    ];

    private static readonly ClassificationReport s_report = ClassificationReport.Create(["rose", "daisy", "Tulip"], s_images);

    public static TheoryData<ClassificationReportOptions, string> Impossible() => new()
    {
        { new() { Resamples = -1 }, "Resamples is -1; it must be 0 to 100000." },
        { new() { CalibrationBins = 0 }, "CalibrationBins is 0; it must be 1 to 1000." },
        { new() { TopLosses = -1 }, "TopLosses is -1; it must be at least 0." },
    };

    [Fact]
    public void Classes_AreInOrdinalOrder() => Assert.Equal(["Tulip", "daisy", "rose"], s_report.Classes);

    [Fact]
    public void Confusion_HasTruthInRowsInTheOrderOfClasses() =>
        Assert.Equal([[0, 0, 1], [0, 1, 0], [0, 1, 1]], s_report.Confusion);

    [Fact]
    public void Accuracy_IsTheFractionOnTheDiagonal() => Assert.Equal((4, 0.5), (s_report.Images, s_report.Accuracy));

    [Fact]
    public void LogLoss_IsTheMeanOfMinusLogOfTheTrueProbability() =>
        Assert.Equal(-(Math.Log(0.5) + Math.Log(0.2) + Math.Log(0.8) + Math.Log(0.2)) / 4, s_report.LogLoss, 6);

    [Fact]
    public void Brier_IsTheMeanSquaredDistanceFromTheTruth() => Assert.Equal(
        ((0.25 + 0.0625 + 0.0625) + (0.64 + 0.49 + 0.01) + (0.01 + 0.04 + 0.01) + (0.36 + 0.04 + 0.64)) / 4, s_report.Brier, 6);

    [Fact]
    public void PerClass_HasPrecisionRecallAndF1()
    {
        Assert.Equal(
            [("Tulip", 1, 0, 0), ("daisy", 1, 2, 1), ("rose", 2, 2, 1)],
            s_report.PerClass.Select(one => (one.Label, one.Images, one.Predicted, one.Correct)));
        Assert.Equal([0, 0.5, 0.5], s_report.PerClass.Select(one => one.Precision));
        Assert.Equal([0, 1, 0.5], s_report.PerClass.Select(one => one.Recall));
        Assert.Equal([0, 2.0 / 3, 0.5], s_report.PerClass.Select(one => one.F1));
    }

    [Fact]
    public void Averages_AreOverClasses_OrWeightedByTheirImages()
    {
        Assert.Equal(1.0 / 3, s_report.MacroPrecision, 12);
        Assert.Equal(0.5, s_report.MacroRecall, 12);
        Assert.Equal((0.0 + (2.0 / 3) + (2.0 / 4)) / 3, s_report.MacroF1, 12);
        Assert.Equal((0.5 + (2 * 0.5)) / 4, s_report.WeightedPrecision, 12);
        Assert.Equal(s_report.Accuracy, s_report.WeightedRecall, 12);
        Assert.Equal(((2.0 / 3) + (2 * 0.5)) / 4, s_report.WeightedF1, 12);
    }

    [Fact]
    public void Averages_LeaveOutClassesThatNeverOccur()
    {
        ClassificationReport report = ClassificationReport.Create(["a", "b", "c"], [Image(0, 1, 0, 0), Image(1, 0, 1, 0)]);

        Assert.Equal((1, 1, 1, 1), (report.MacroPrecision, report.MacroRecall, report.MacroF1, report.WeightedF1));
        Assert.Equal(double.NaN, report.PerClass[2].Precision);
        Assert.Equal(double.NaN, report.PerClass[2].Recall);
        Assert.Equal(double.NaN, report.PerClass[2].F1);
    }

    [Fact]
    public void TopK_CountsImagesWhoseClassIsAmongTheMostProbable()
    {
        Assert.Equal([0.5, 0.75, 1, 1], Enumerable.Range(1, 4).Select(s_report.TopK));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_report.TopK(0));
    }

    [Fact]
    public void MostConfused_HasTheMostFrequentPairsFirst()
    {
        ClassificationReport report = ClassificationReport.Create(
            ["a", "b", "c"],
            [Image(0, 0, 1, 0), Image(2, 0, 1, 0), Image(2, 0, 1, 0), Image(1, 0, 1, 0), Image(0, 0, 0, 1)]);

        Assert.Equal([new("c", "b", 2), new("a", "b", 1), new("a", "c", 1)], report.MostConfused());
        Assert.Equal([new("c", "b", 2)], report.MostConfused(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => report.MostConfused(-1));
    }

    [Fact]
    public void TopLosses_HasTheGreatestFirst_AndOfEqualOnesThoseThatCameFirst()
    {
        ClassificationReport report = ClassificationReport.Create(["rose", "daisy", "Tulip"], s_images, new() { TopLosses = 3 });

        Assert.Equal(["b", null, "a"], report.TopLosses.Select(image => image.Path));
        Assert.Equal(new("b", "rose", "daisy", 0.7f, -Math.Log(0.2f)), report.TopLosses[0]);
        Assert.Empty(ClassificationReport.Create(["rose", "daisy", "Tulip"], s_images, new() { TopLosses = 0 }).TopLosses);
    }

    [Fact]
    public void PerImage_HasEachImageInItsOrder_WithPlacesInTheOrderOfClasses() => Assert.Equal(
        [("a", 2, 2, 0.5f), ("b", 2, 1, 0.7f), ("c", 1, 1, 0.8f), (null, 0, 2, 0.6f)],
        s_report.PerImage.Select(image => (image.Path, image.Truth, image.Predicted, image.Score)));

    [Fact]
    public void Calibration_ComparesConfidenceWithAccuracyInBins()
    {
        ClassificationReport report = ClassificationReport.Create(
            ["a", "b"],
            [Image(0, 0.9f, 0.1f), Image(1, 0.95f, 0.05f), Image(0, 0.7f, 0.3f), Image(0, 1, 0)],
            new() { CalibrationBins = 4 });

        Assert.Equal([0, 0, 1, 3], report.CalibrationBins.Select(bin => bin.Images));
        Assert.Equal((0.75, 1), (report.CalibrationBins[3].From, report.CalibrationBins[3].To));
        Assert.Equal(0.95, report.CalibrationBins[3].Confidence, 6);
        Assert.Equal(2.0 / 3, report.CalibrationBins[3].Accuracy, 6);
        Assert.Equal(double.NaN, report.CalibrationBins[0].Accuracy);
        Assert.Equal(((1 * 0.3) + (3 * (0.95 - (2.0 / 3)))) / 4, report.ExpectedCalibrationError, 6);
    }

    [Fact]
    public void Coverage_RefusesTheLeastCertainFirst()
    {
        Assert.Equal([0.25, 0.5, 0.75, 1], s_report.Coverage.Select(point => point.Coverage));
        Assert.Equal([0.8f, 0.7f, 0.6f, 0.5f], s_report.Coverage.Select(point => point.Threshold));
        Assert.Equal([0, 0.5, 2.0 / 3, 0.5], s_report.Coverage.Select(point => point.Error));
    }

    [Fact]
    public void Coverage_RefusesEqualProbabilitiesTogether_AndHasAHundredPointsAtMost()
    {
        ClassificationReport equal = ClassificationReport.Create(["a", "b"], [Image(0, 0.9f, 0.1f), Image(1, 0.9f, 0.1f)]);
        ClassificationReport many = ClassificationReport.Create(
            ["a", "b"], Enumerable.Range(0, 1000).Select(i => Image(0, 0.5f + (i / 2000f), 0.5f - (i / 2000f))));

        Assert.Equal(new CoveragePoint(0.9f, 1, 0.5), Assert.Single(equal.Coverage));
        Assert.InRange(many.Coverage.Count, 90, 101);
        Assert.Equal(1, many.Coverage[^1].Coverage);
    }

    [Fact]
    public void Intervals_HoldTheFigures_AndRepeatWithTheSeed()
    {
        ScoredImage[] images = [.. Enumerable.Range(0, 200).Select(i => i % 5 == 0
            ? Image(1, 0.8f, 0.2f)
            : Image(0, 0.6f + (i / 500f), 0.4f - (i / 500f)))];

        ClassificationReport report = ClassificationReport.Create(["a", "b"], images);
        ClassificationReport again = ClassificationReport.Create(["a", "b"], images);
        ClassificationReport other = ClassificationReport.Create(["a", "b"], images, new() { Seed = 2 });

        // Of a share of 0.8 in 200, the normal approximation says 0.745 to 0.855.
        Assert.InRange(report.AccuracyInterval.Low, 0.73, 0.76);
        Assert.InRange(report.AccuracyInterval.High, 0.84, 0.87);
        Assert.InRange(report.LogLoss, report.LogLossInterval.Low, report.LogLossInterval.High);
        Assert.InRange(report.MacroF1, report.MacroF1Interval.Low, report.MacroF1Interval.High);
        Assert.Equal(report.AccuracyInterval, again.AccuracyInterval);
        Assert.NotEqual(report.LogLossInterval, other.LogLossInterval);
    }

    [Fact]
    public void Intervals_OfGroups_AreWiderWhereTheImagesOfOneAreAlike()
    {
        ScoredImage[] images =
        [
            .. Enumerable.Range(0, 200).Select(
                i => (i / 10 % 5 == 0 ? Image(1, 0.8f, 0.2f) : Image(0, 0.8f, 0.2f)) with { Group = $"burst {i / 10}" }),
        ];

        ConfidenceInterval grouped = ClassificationReport.Create(["a", "b"], images).AccuracyInterval;
        ConfidenceInterval single = ClassificationReport.Create(
            ["a", "b"], images.Select(image => image with { Group = null })).AccuracyInterval;

        Assert.InRange((grouped.High - grouped.Low) / (single.High - single.Low), 2, 4.5);
    }

    [Fact]
    public void Intervals_WithoutResamples_SayNothing()
    {
        ClassificationReport report = ClassificationReport.Create(["a", "b"], [Image(0, 1, 0)], new() { Resamples = 0 });

        Assert.Equal((new(0, 1), new(0, double.PositiveInfinity)), (report.AccuracyInterval, report.LogLossInterval));
    }

    [Fact]
    public void LogLoss_OfACertainError_IsFinite() =>
        Assert.Equal(-Math.Log(1e-15), ClassificationReport.Create(["a", "b"], [Image(0, 0, 1)]).LogLoss, 9);

    [Fact]
    public void Create_WithTenThousandClasses_TakesTheMemoryOfTheImages()
    {
        string[] classes = [.. Enumerable.Range(0, 10_000).Select(index => $"class {index}")];
        long before = GC.GetTotalAllocatedBytes(precise: true);

        ClassificationReport report = ClassificationReport.Create(classes, Enumerable.Range(0, 50).Select(i =>
        {
            float[] probabilities = new float[classes.Length];
            probabilities[i] = 1;
            return new ScoredImage(i + (i % 2), probabilities);
        }), new() { Resamples = 10 });

        Assert.Equal((0.5, 25), (report.Accuracy, report.MostConfused(100).Count));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 50_000_000);
    }

    [Fact]
    public void Create_WithoutPictures_Throws() =>
        Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a", "b"], []));

    [Theory]
    [InlineData(float.NaN, 0.5f)]
    [InlineData(0.5f, float.NaN)]
    public void Create_WithAMissingProbability_ThrowsNamingTheRow(float first, float second) => Assert.Contains(
        "Row 1 (counted from 0)",
        Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a", "b"], [Image(0, 1, 0), Image(0, first, second)])).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void Create_WithAClassOutOfRange_Throws(int trueClass) => Assert.Contains(
        $"true class {trueClass}",
        Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a", "b"], [Image(trueClass, 0, 1)])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Create_WithTooFewProbabilities_Throws() => Assert.Contains(
        "1 probabilities",
        Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a", "b"], [Image(0, 1)])).Message,
        StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Create_WithAnImpossibleOption_NamesIt(ClassificationReportOptions options, string message) => Assert.Contains(
        message,
        Assert.ThrowsAny<ArgumentException>(() => ClassificationReport.Create(["a"], [Image(0, 1)], options)).Message,
        StringComparison.Ordinal);

    private static ScoredImage Image(int trueClass, params float[] probabilities) => new(trueClass, probabilities);
}
