using FsCheck.Xunit;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Detection.Evaluation;

public class DetectionReportPropertyTests
{
    private static readonly string[] s_classes = ["cat", "dog"];

    [Property(MaxTest = 60)]
    public void Report_EqualsANaiveOne(int seed)
    {
        var images = Images(seed);
        DetectionReport report = Report(images);

        Assert.All(report.Classes, item =>
        {
            double[] expected =
            [
                .. Enumerable.Range(0, 10).Select(step => NaiveAveragePrecision.Of(item.Label, (50 + (5 * step)) / 100.0, images)),
            ];
            Assert.Equal(expected[0], item.AveragePrecision50, 9);
            Assert.Equal(expected[5], item.AveragePrecision75, 9);
            Assert.Equal(expected.Average(), item.AveragePrecision, 9);
        });
    }

    [Property(MaxTest = 30)]
    public void PerfectDetector_HasOne(int seed)
    {
        var images = Images(seed);
        var perfect = images.Select(image => (
            image.Truth,
            image.Truth.Where(box => !box.IsCrowd && !box.IsDifficult)
                .Select((box, index) => new DetectedObject(box.Label, 1f / (index + 1), box.Box))
                .ToArray())).ToArray();

        DetectionReport report = Report(perfect);

        Assert.All(report.Classes.Where(item => item.Boxes > 0), item => Assert.Equal(1, item.AveragePrecision, 12));
    }

    [Property(MaxTest = 30)]
    public void ScoresInTheSameOrder_ChangeNothing(int seed)
    {
        var images = Images(seed);
        float[] scores = [.. images.SelectMany(image => image.Found).Select(item => item.Score).Distinct().Order()];
        var changed = images.Select(image => (
            image.Truth,
            image.Found.Select(item => item with { Score = MathF.Pow(Array.BinarySearch(scores, item.Score), 2) - 9 })
                .ToArray())).ToArray();

        Assert.Equal(Figures(Report(images)), Figures(Report(changed)));
    }

    [Property(MaxTest = 30)]
    public void OrderOfObjectsWithinAnImage_ChangesNothing(int seed)
    {
        var images = Images(seed);
        var changed = images.Select(image => (image.Truth, image.Found.Reverse().ToArray())).ToArray();

        Assert.Equal(Figures(Report(images)), Figures(Report(changed)));
    }

    [Property(MaxTest = 30)]
    public void WrongObject_BelowAllOthers_ChangesNothing(int seed)
    {
        var images = Images(seed);
        var changed = images.ToArray();
        changed[0].Found = [.. changed[0].Found, new DetectedObject("cat", -1, new(5000, 5000, 10, 10))];

        Assert.Equal(Figures(Report(images)), Figures(Report(changed)));
    }

    [Property(MaxTest = 30)]
    public void WrongObject_AboveAllOthers_GainsNothing(int seed)
    {
        var images = Images(seed);
        var changed = images.ToArray();
        changed[0].Found = [.. changed[0].Found, new DetectedObject("cat", 2, new(5000, 5000, 10, 10))];

        double before = Report(images).Classes[0].AveragePrecision;
        double after = Report(changed).Classes[0].AveragePrecision;

        Assert.True(double.IsNaN(before) || after <= before);
    }

    private static double[] Figures(DetectionReport report) =>
        [.. report.Classes.SelectMany(item => new[] { item.AveragePrecision, item.AveragePrecision50, item.AveragePrecision75 })];

    private static DetectionReport Report(IReadOnlyList<(LabelledBox[] Truth, DetectedObject[] Found)> images) => TestDatasets.Report(
        s_classes, images.Select(image => ((IReadOnlyList<LabelledBox>)image.Truth, (IReadOnlyList<DetectedObject>)image.Found)));

    /// <summary>
    /// Boxes near each other, and objects near boxes, so that every threshold decides something. No scores of an image are equal.
    /// </summary>
    private static (LabelledBox[] Truth, DetectedObject[] Found)[] Images(int seed)
    {
        var random = new SplitMix64(seed);
        var images = new (LabelledBox[] Truth, DetectedObject[] Found)[1 + random.NextInt32(5)];
        for (int image = 0; image < images.Length; image++)
        {
            var truth = new LabelledBox[random.NextInt32(6)];
            for (int box = 0; box < truth.Length; box++)
            {
                truth[box] = new(s_classes[random.NextInt32(2)], Box(ref random))
                {
                    IsCrowd = random.NextBoolean(0.15), IsDifficult = random.NextBoolean(0.15),
                };
            }

            var found = new DetectedObject[random.NextInt32(12)];
            for (int item = 0; item < found.Length; item++)
            {
                BoundingBox box = truth.Length > 0 && random.NextBoolean(0.7) ? Near(truth[random.NextInt32(truth.Length)].Box, ref random)
                    : Box(ref random);
                found[item] = new(s_classes[random.NextInt32(2)], (item + (64 * random.NextInt32(1 << 14))) / (float)(1 << 20), box);
            }

            images[image] = (truth, found);
        }

        return images;
    }

    private static BoundingBox Box(ref SplitMix64 random) =>
        new(random.NextInt32(60), random.NextInt32(60), 10 + random.NextInt32(60), 10 + random.NextInt32(60));

    private static BoundingBox Near(BoundingBox box, ref SplitMix64 random) => new(
        box.X + random.NextInt32(9) - 4,
        box.Y + random.NextInt32(9) - 4,
        box.Width + random.NextInt32(9) - 4,
        box.Height + random.NextInt32(9) - 4);
}
