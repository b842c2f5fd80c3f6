using MLNet.MobileNetV2.Detection.Training.Gradients;

namespace MLNet.MobileNetV2.Tests.Detection.Training.Gradients;

public class MultiboxLossTests
{
    private const int Classes = 3;

    [Theory]
    [InlineData(1, 37, DetectionLoss.HardNegatives)]
    [InlineData(2, 37, DetectionLoss.Focal)]
    [InlineData(3, 5, DetectionLoss.Focal)]
    [InlineData(4, 64, DetectionLoss.HardNegatives)]
    [InlineData(5, 1, DetectionLoss.HardNegatives)]
    public void Compute_AnyImage_IsTheLossOfItsDefinition(int seed, int anchors, DetectionLoss kind)
    {
        var test = Case.Draw(seed, anchors);

        (float loss, _, _) = test.Run(kind);

        Assert.Equal(test.Naive(kind), loss, 1e-5 * loss);
    }

    [Theory]
    [InlineData(11, 37, DetectionLoss.HardNegatives)]
    [InlineData(12, 37, DetectionLoss.Focal)]
    [InlineData(13, 6, DetectionLoss.HardNegatives)]
    public void Compute_AnyImage_GivesTheSlopes(int seed, int anchors, DetectionLoss kind)
    {
        const double step = 1e-6;
        var test = Case.Draw(seed, anchors);

        (_, float[] logits, float[] offsets) = test.Run(kind, weight: 0.5f);

        Check(test.Logits, logits, anchors);
        for (int value = 0; value < 4; value++)
        {
            for (int anchor = 0; anchor < anchors; anchor++)
            {
                double[] row = test.Offsets[anchor];
                Assert.Equal(Slope(row, value), offsets[(value * anchors) + anchor], 1e-5);
            }
        }

        void Check(double[][] rows, float[] gradient, int length)
        {
            for (int row = 0; row < rows.Length; row++)
            {
                for (int i = 0; i < length; i++)
                {
                    Assert.Equal(Slope(rows[row], i), gradient[(row * length) + i], 1e-5);
                }
            }
        }

        double Slope(double[] row, int index)
        {
            double start = row[index];
            row[index] = start + step;
            double above = test.Naive(kind);
            row[index] = start - step;
            double below = test.Naive(kind);
            row[index] = start;
            return 0.5 * (above - below) / (2 * step);
        }
    }

    [Theory]
    [InlineData(DetectionLoss.HardNegatives, 3)]
    [InlineData(DetectionLoss.Focal, 12)]
    public void Compute_NoBox_LearnsTheBackgroundOf(DetectionLoss kind, int count)
    {
        Case test = Case.Draw(21, 12, hasBoxes: false);

        (float loss, float[] logits, float[] offsets) = test.Run(kind);

        Assert.True(loss > 0);
        Assert.All(offsets, slope => Assert.Equal(0, slope));
        Assert.Equal(count, Enumerable.Range(0, 12).Count(anchor => logits[anchor] != 0));
        Assert.All(logits, slope => Assert.True(slope >= 0));
    }

    [Theory]
    [InlineData(DetectionLoss.HardNegatives)]
    [InlineData(DetectionLoss.Focal)]
    public void Compute_IgnoredAnchor_LearnsNothing(DetectionLoss kind)
    {
        Case test = Case.Draw(22, 12, hasBoxes: false);
        test.Wanted[4] = -1;

        // It would be the hardest.
        test.Logits[0][4] = 30;
        (float loss, float[] logits, _) = test.Run(kind);

        Assert.True(loss < 30);
        Assert.Equal([0, 0, 0], Enumerable.Range(0, Classes).Select(label => logits[(label * 12) + 4]));
    }

    [Fact]
    public void Compute_VeryLargeLogits_StaysFinite()
    {
        Case test = Case.Draw(23, 8);
        test.Logits[1][0] = 1000;
        test.Logits[2][1] = -1000;

        foreach (DetectionLoss kind in Enum.GetValues<DetectionLoss>())
        {
            (float loss, float[] logits, _) = test.Run(kind);
            Assert.True(float.IsFinite(loss));
            Assert.All(logits, slope => Assert.True(float.IsFinite(slope)));
        }
    }

    private sealed record Case(double[][] Logits, double[][] Offsets, int[] Wanted, double[][] WantedOffsets)
    {
        public static Case Draw(int seed, int anchors, bool hasBoxes = true)
        {
            var random = new Random(seed);
            int[] wanted = [.. Enumerable.Range(0, anchors).Select(anchor => hasBoxes && anchor % 5 == 0 ? 1 + random.Next(Classes)
                : hasBoxes && anchor % 7 == 1 ? -1 : 0)];
            return new(Rows(Classes, anchors, 3), Rows(anchors, 4, 2), wanted, Rows(anchors, 4, 2));

            double[][] Rows(int rows, int length, double most) =>
                [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, length).Select(_ => Value(most)).ToArray())];

            double Value(double most) => (float)(most * ((2 * random.NextDouble()) - 1));
        }

        public double Naive(DetectionLoss kind) => NaiveMultiboxLoss.Compute(Logits, Offsets, Wanted, WantedOffsets, kind);

        public (float Loss, float[] Logits, float[] Offsets) Run(DetectionLoss kind, float weight = 1)
        {
            int anchors = Wanted.Length;
            float[] logitGradient = [.. Enumerable.Repeat(9f, Classes * anchors)];
            float[] offsetGradient = [.. Enumerable.Repeat(9f, 4 * anchors)];
            float loss = new MultiboxLoss(anchors, Classes, kind).Compute(
                [.. Logits.SelectMany(row => row).Select(value => (float)value)],
                ByValue(Offsets),
                [.. Wanted.Select(label => (float)label), .. ByValue(WantedOffsets)],
                weight,
                logitGradient,
                offsetGradient);
            return (loss, logitGradient, offsetGradient);
        }

        private static float[] ByValue(double[][] rows) =>
            [.. Enumerable.Range(0, 4).SelectMany(value => rows.Select(row => (float)row[value]))];
    }
}
