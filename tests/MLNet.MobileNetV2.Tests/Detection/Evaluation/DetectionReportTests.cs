using System.Xml.Linq;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Evaluation;

public class DetectionReportTests
{
    /// <summary>Of 101 recalls, those of up to one half.</summary>
    private const double Half = 51.0 / 101;

    private static readonly BoundingBox s_box = new(0, 0, 40, 40);
    private static readonly BoundingBox s_other = new(100, 100, 40, 40);
    private static readonly BoundingBox s_nowhere = new(200, 200, 40, 40);

    [Fact]
    public void Objects_InTheirPlace_HaveOne()
    {
        DetectionReport report = Of([Truth(s_box), Truth(s_other)], [Found(0.9f, s_box), Found(0.3f, s_other)]);

        Assert.Equal(1, report.MeanAveragePrecision);
        Assert.Equal(1, report.MeanAveragePrecision50);
        Assert.Equal(1, report.MeanAveragePrecision75);
        Assert.Equal((1, 2), (report.Images, report.Boxes));
    }

    [Fact]
    public void Nothing_Found_HasZero() => Assert.Equal(0, Of([Truth(s_box)], []).MeanAveragePrecision);

    [Fact]
    public void OneOfTwo_Found_HasOneUpToHalfTheRecall() =>
        Assert.Equal(Half, Of([Truth(s_box), Truth(s_other)], [Found(0.9f, s_box)]).MeanAveragePrecision, 12);

    // Right, wrong, right: precision 1 up to recall 0.5, then 2/3.
    [Fact]
    public void WrongObject_BetweenTwoRightOnes_CostsWhatFollowsIt() => Assert.Equal(
        Half + ((1 - Half) * 2 / 3),
        Of([Truth(s_box), Truth(s_other)], [Found(0.9f, s_box), Found(0.8f, s_nowhere), Found(0.7f, s_other)]).MeanAveragePrecision,
        12);

    // Wrong, right, right: the best precision at every recall is 2/3.
    [Fact]
    public void WrongObject_BeforeTwoRightOnes_HasTwoThirds() => Assert.Equal(
        2.0 / 3,
        Of([Truth(s_box), Truth(s_other)], [Found(0.9f, s_nowhere), Found(0.8f, s_box), Found(0.7f, s_other)]).MeanAveragePrecision,
        12);

    [Fact]
    public void SecondObject_OnOneBox_IsWrong() => Assert.Equal(
        Half + ((1 - Half) * 2 / 3),
        Of([Truth(s_box), Truth(s_other)], [Found(0.9f, s_box), Found(0.8f, s_box), Found(0.7f, s_other)]).MeanAveragePrecision,
        12);

    // 40 x 40 against 40 x 29 has an overlap of 0.725: right at 0.50, 0.55, … 0.70, five of ten.
    [Fact]
    public void Overlap_DecidesAtWhichThresholdsAnObjectIsRight()
    {
        DetectionReport report = Of([Truth(s_box)], [Found(0.9f, new(0, 0, 40, 29))]);

        Assert.Equal(0.5, report.MeanAveragePrecision, 12);
        Assert.Equal((1, 0), (report.MeanAveragePrecision50, report.MeanAveragePrecision75));
    }

    [Theory]
    [InlineData(20, 1)]
    [InlineData(19.99f, 0)]
    public void Overlap_OfExactlyAHalf_IsRight(float height, double expected) =>
        Assert.Equal(expected, Of([Truth(s_box)], [Found(0.9f, new(0, 0, 40, height))]).MeanAveragePrecision50);

    [Fact]
    public void Object_TakesTheBoxThatItOverlapsMost()
    {
        LabelledBox[] truth = [Truth(new(0, 0, 40, 40)), Truth(new(8, 0, 40, 40))];

        // The first fits both, the second only the first box.
        Assert.Equal(1, Of(truth, [Found(0.9f, new(8, 0, 40, 40)), Found(0.8f, new(0, 0, 32, 40))]).MeanAveragePrecision50);
    }

    [Fact]
    public void Crowd_NeedNotBeFound_AndAnyNumberIsFoundInItWithoutFault()
    {
        LabelledBox crowd = Truth(new(100, 100, 200, 200)) with { IsCrowd = true };

        Assert.Equal(1, Of([Truth(s_box), crowd], [Found(0.5f, s_box)]).MeanAveragePrecision);
        Assert.Equal(
            1, Of([Truth(s_box), crowd], [Found(0.9f, s_other), Found(0.8f, s_nowhere), Found(0.5f, s_box)]).MeanAveragePrecision);
    }

    [Fact]
    public void Crowd_TakesOnlyWhatLiesInItByTheThreshold()
    {
        LabelledBox crowd = Truth(new(100, 100, 200, 200)) with { IsCrowd = true };

        // 0.6 of the object lies in the crowd: without fault at 0.50, 0.55 and 0.60, wrong before the right one at seven others.
        Assert.Equal(
            (3 + (7 * 0.5)) / 10,
            Of([Truth(s_box), crowd], [Found(0.9f, new(84, 110, 40, 40)), Found(0.5f, s_box)]).MeanAveragePrecision,
            12);
    }

    [Fact]
    public void DifficultBox_NeedNotBeFound_AndTakesOneObject()
    {
        LabelledBox difficult = Truth(s_other) with { IsDifficult = true };

        Assert.Equal(1, Of([Truth(s_box), difficult], [Found(0.9f, s_box)]).MeanAveragePrecision);
        Assert.Equal(1, Of([Truth(s_box), difficult], [Found(0.95f, s_other), Found(0.9f, s_box)]).MeanAveragePrecision);
        Assert.Equal(
            0.5,
            Of([Truth(s_box), difficult], [Found(0.99f, s_other), Found(0.95f, s_other), Found(0.9f, s_box)]).MeanAveragePrecision,
            12);
    }

    [Fact]
    public void Object_PrefersABoxThatCounts_ToACrowd()
    {
        LabelledBox crowd = Truth(new(-10, -10, 100, 100)) with { IsCrowd = true };

        Assert.Equal(1, Of([crowd, Truth(s_box)], [Found(0.9f, new(0, 0, 40, 22))]).MeanAveragePrecision50);
    }

    [Fact]
    public void Classes_AreApart_AndThoseWithoutBoxesAreLeftOutOfTheMean()
    {
        DetectionReport report = TestDatasets.Report(
            ["cat", "dog", "cow"],
            [([new("cat", s_box), new("dog", s_other)], [new("dog", 0.9f, s_box), new("dog", 0.8f, s_other), new("cat", 0.7f, s_box)])]);

        Assert.Equal(["cat", "dog", "cow"], report.Classes.Select(item => item.Label));
        Assert.Equal([1, 0.5, double.NaN], report.Classes.Select(item => item.AveragePrecision));
        Assert.Equal([1, 1, 0], report.Classes.Select(item => item.Boxes));
        Assert.Equal(0.75, report.MeanAveragePrecision, 12);
        Assert.Empty(report.Classes[2].Curve);
    }

    [Fact]
    public void Objects_OfOtherClasses_DoNotCount() =>
        Assert.Equal(1, Of([Truth(s_box)], [Found(0.9f, s_box), new("dog", 0.95f, s_nowhere)]).MeanAveragePrecision);

    [Fact]
    public void Objects_OfAnImage_CountUpToTheHundredBest()
    {
        DetectedObject[] wrong = [.. Enumerable.Range(0, 100).Select(index => Found(0.9f, s_nowhere))];

        Assert.Equal(1.0 / 100, Of([Truth(s_box)], [.. wrong[..99], Found(0.5f, s_box)]).MeanAveragePrecision50, 12);
        Assert.Equal(0, Of([Truth(s_box)], [.. wrong, Found(0.5f, s_box)]).MeanAveragePrecision50);
    }

    [Fact]
    public void Sizes_CountBoxesOfTheirAreaAlone()
    {
        LabelledBox[] truth = [Truth(new(0, 0, 20, 20)), Truth(new(100, 0, 50, 50)), Truth(new(200, 0, 100, 100))];
        DetectedObject[] found = [Found(0.9f, truth[0].Box), Found(0.8f, truth[2].Box), Found(0.7f, new(0, 300, 50, 50))];

        DetectionReport report = Of(truth, found);

        Assert.Equal((1, 0, 1), (report.MeanAveragePrecisionSmall, report.MeanAveragePrecisionMedium, report.MeanAveragePrecisionLarge));
        Assert.Equal(double.NaN, Of([truth[0]], []).MeanAveragePrecisionLarge);
    }

    [Fact]
    public void Curve_HasPrecisionAndScoreAtEachRecall()
    {
        IReadOnlyList<PrecisionRecallPoint> curve = Of(
            [Truth(s_box), Truth(s_other)], [Found(0.9f, s_box), Found(0.8f, s_nowhere)]).Classes[0].Curve;

        Assert.Equal(101, curve.Count);
        Assert.Equal(new(0, 1, 0.9f), curve[0]);
        Assert.Equal(new(0.5, 1, 0.9f), curve[50]);
        Assert.Equal(new(0.51, 0, float.NaN), curve[51]);
    }

    [Fact]
    public void Create_WithoutImagesOrClasses_Throws()
    {
        Assert.Throws<ArgumentException>(() => TestDatasets.Report(["cat"], []));
        Assert.Throws<ArgumentException>(() => TestDatasets.Report([], [([], [])]));
        AssertMessage.Tells(
            Assert.Throws<ArgumentException>(() => TestDatasets.Report(["cat", "cat"], [([], [])])).Message, "'cat'", "twice");
    }

    [Fact]
    public void Create_WithABoxThatDoesNotFit_ThrowsNamingIt()
    {
        AssertMessage.Tells(
            Assert.Throws<ArgumentException>(() => Of([new("dog", s_box)], [])).Message, "Image 0", "'dog'", "cat");
        AssertMessage.Tells(
            Assert.Throws<ArgumentException>(() => Of([Truth(new(0, 0, float.NaN, 1))], [])).Message, "Image 0", "NaN");
        AssertMessage.Tells(Assert.Throws<ArgumentException>(() => Of([], [Found(float.NaN, s_box)])).Message, "Image 0", "NaN");
        AssertMessage.Tells(
            Assert.Throws<ArgumentException>(() => Of([], [Found(0.5f, new(0, 0, float.PositiveInfinity, 1))])).Message, "Image 0");
    }

    [Fact]
    public void Create_ThatIsCancelled_Throws() => Assert.Throws<OperationCanceledException>(
        () => DetectionReport.Create(["cat"], [([], [])], new CancellationToken(canceled: true)));

    private static DetectionReport Of(LabelledBox[] truth, DetectedObject[] found) => TestDatasets.Report(["cat"], [(truth, found)]);

    private static LabelledBox Truth(BoundingBox box) => new("cat", box);

    private static DetectedObject Found(float score, BoundingBox box) => new("cat", score, box);

    [Fact]
    public void SaveCurves_DrawsACurveForEachClassWithBoxes()
    {
        using var folder = new TempFolder();
        LabelledBox[] truth = [new("a <b> & c", new BoundingBox(0, 0, 10, 10)), new("d", new BoundingBox(20, 0, 10, 10))];
        DetectedObject[] found = [new("a <b> & c", 0.9f, new BoundingBox(0, 0, 10, 10)), new("d", 0.8f, new BoundingBox(50, 0, 10, 10))];
        DetectionReport report = TestDatasets.Report(["a <b> & c", "d", "none"], [(truth, found)]);

        report.SaveCurves(folder.File("curves.svg"));

        XDocument svg = XDocument.Load(folder.File("curves.svg"));
        XNamespace ns = "http://www.w3.org/2000/svg";
        Assert.Equal(2, svg.Descendants(ns + "polyline").Count());
        string[] texts = [.. svg.Descendants(ns + "text").Select(text => text.Value)];
        Assert.Contains("a <b> & c, 100.0 % of 1", texts);
        Assert.Contains("d, 0.0 % of 1", texts);
        Assert.Contains(texts, text => text.EndsWith("mean average precision 50.0 %", StringComparison.Ordinal));

        // A class that is found at once is a line along the top.
        string first = (string)svg.Descendants(ns + "polyline").First().Attribute("points")!;
        Assert.StartsWith("50,50 54,50 ", first, StringComparison.Ordinal);
        Assert.EndsWith(" 450,50", first, StringComparison.Ordinal);
        Assert.Equal(["curves.svg"], folder.Names());
    }
}
