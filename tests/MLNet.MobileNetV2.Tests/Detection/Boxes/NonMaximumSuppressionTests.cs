using System.Text.Json;
using MLNet.MobileNetV2.Detection.Boxes;

namespace MLNet.MobileNetV2.Tests.Detection.Boxes;

public class NonMaximumSuppressionTests
{
    private static readonly RelativeBox s_left = new(0, 0, 0.4f, 0.4f);
    private static readonly RelativeBox s_nearlyLeft = new(0, 0.05f, 0.4f, 0.45f);
    private static readonly RelativeBox s_right = new(0.5f, 0.5f, 0.9f, 0.9f);

    [Theory]
    [InlineData("COCO_train2014_000000007710")]
    [InlineData("COCO_train2014_000000022056")]
    public void AcrossClasses_OfReferenceOutputs_KeepsWhatTheReferenceKept(string photo)
    {
        RelativeBox[] boxes = DetectionReference.Boxes(photo);
        float[] scores = DetectionReference.Scores(photo);
        JsonElement reference = DetectionReference.Photo(photo);

        IReadOnlyList<KeptBox> found = new NonMaximumSuppression(0.3f, 0.5f, 20).AcrossClasses(boxes, scores);

        JsonElement[] expected = [.. reference.GetProperty("detections").EnumerateArray()];
        Assert.NotEmpty(expected);
        Assert.Equal(
            expected.Select(item => (
                item.GetProperty("anchor").GetInt32(), item.GetProperty("classId").GetInt32() - 1, item.GetProperty("score").GetSingle())),
            found.Select(box => (box.Row, box.Class, box.Score)));
        int width = reference.GetProperty("width").GetInt32();
        int height = reference.GetProperty("height").GetInt32();
        Assert.All(expected.Zip(found), pair =>
        {
            float[] sides = [.. pair.First.GetProperty("box").EnumerateArray().Select(number => number.GetSingle())];
            BoundingBox box = boxes[pair.Second.Row].ToPixels(width, height);
            Assert.Equal(sides[0], box.X, 1e-3f);
            Assert.Equal(sides[1], box.Y, 1e-3f);
            Assert.Equal(sides[2], box.Width, 1e-3f);
            Assert.Equal(sides[3], box.Height, 1e-3f);
        });
        AssertRows(reference, "cocoSsdDefault05", boxes, scores, 0.5f);
        AssertRows(reference, "cocoSsdMin03Iou03", boxes, scores, 0.3f);
    }

    [Fact]
    public void AcrossClasses_SuppressesBoxesOfOtherClasses() => Assert.Equal(
        [new(1, 1, 0.9f), new(2, 0, 0.7f)],
        new NonMaximumSuppression(0.1f, 0.5f, 10).AcrossClasses([s_left, s_nearlyLeft, s_right], [0.8f, 0.2f, 0.3f, 0.9f, 0.7f, 0.1f]));

    [Fact]
    public void PerClass_KeepsBoxesOfOtherClasses_AndSeveralOfARow() => Assert.Equal(
        [new(1, 1, 0.9f), new(0, 0, 0.8f), new(2, 0, 0.7f), new(2, 1, 0.6f)],
        new NonMaximumSuppression(0.25f, 0.5f, 10).PerClass([s_left, s_nearlyLeft, s_right], [0.8f, 0.2f, 0.3f, 0.9f, 0.7f, 0.6f]));

    [Fact]
    public void Rows_WithEqualScores_KeepTheLowerRowFirst()
    {
        RelativeBox[] boxes = [s_right, s_nearlyLeft, s_left];

        Assert.Equal(
            [new(0, 0, 0.5f), new(1, 0, 0.5f)], new NonMaximumSuppression(0, 0.5f, 10).AcrossClasses(boxes, [0.5f, 0.5f, 0.5f]));
        Assert.Equal([new(0, 0, 0.5f)], new NonMaximumSuppression(0, 0.5f, 1).PerClass(boxes, [0.5f, 0.5f, 0.5f]));
    }

    [Fact]
    public void AcrossClasses_WithEqualClasses_TakesTheFirst() =>
        Assert.Equal([new(0, 1, 0.5f)], new NonMaximumSuppression(0, 0.5f, 10).AcrossClasses([s_left], [0.2f, 0.5f, 0.5f]));

    [Theory]
    [InlineData(0.8f, 0)]
    [InlineData(0.79f, 1)]
    public void Score_MustBeAboveTheThreshold(float threshold, int expected) =>
        Assert.Equal(expected, new NonMaximumSuppression(threshold, 0.5f, 10).AcrossClasses([s_left], [0.8f]).Count);

    [Theory]
    [InlineData(0.5f, 1)]
    [InlineData(0.51f, 2)]
    public void Overlap_OfExactlyTheThreshold_Suppresses(float threshold, int expected) => Assert.Equal(
        expected,
        new NonMaximumSuppression(0, threshold, 10).AcrossClasses([new(0, 0, 1, 0.5f), new(0, 0, 1, 0.25f)], [0.9f, 0.8f]).Count);

    [Fact]
    public void ScoresThatAreNaN_AreLeftOut() =>
        Assert.Equal([new(0, 1, 0.6f)], new NonMaximumSuppression(0, 0.5f, 10).AcrossClasses(
            [s_left, s_right], [float.NaN, 0.6f, float.NaN, float.NaN]));

    [Fact]
    public void Scores_ThatDoNotFitTheBoxes_Throw() =>
        Assert.Throws<ArgumentException>(() => new NonMaximumSuppression(0, 0.5f, 10).PerClass([s_left, s_right], [0.1f, 0.2f, 0.3f]));

    [Fact]
    public void Output_WithoutRows_HasNothing() => Assert.Empty(new NonMaximumSuppression(0, 0.5f, 10).AcrossClasses([], []));

    private static void AssertRows(JsonElement reference, string list, RelativeBox[] boxes, float[] scores, float threshold) =>
        Assert.Equal(
            reference.GetProperty(list).EnumerateArray().Select(row => row.GetInt32()),
            new NonMaximumSuppression(threshold, threshold, 20).AcrossClasses(boxes, scores).Select(box => box.Row));
}
