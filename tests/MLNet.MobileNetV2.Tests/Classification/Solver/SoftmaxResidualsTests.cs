using MLNet.MobileNetV2.Classification.Solver;

namespace MLNet.MobileNetV2.Tests.Classification.Solver;

public sealed class SoftmaxResidualsTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 30)]
    [InlineData(8, 5)]
    [InlineData(9, 5)]
    [InlineData(100, 20)]
    public void Replace_OnRandomScores_GivesProbabilitiesLessOneForTheLabel(int classes, float range)
    {
        var random = new Random(classes);
        int stride = SoftmaxResiduals.Stride(classes + (classes % 2));
        int[] labels = [.. Enumerable.Range(0, 20).Select(_ => random.Next(classes))];
        float[] scores = [.. Enumerable.Range(0, 20 * stride).Select(_ => range * ((2 * random.NextSingle()) - 1))];
        float[] before = [.. scores];

        double loss = SoftmaxResiduals.Replace(scores, classes, labels);

        double expectedLoss = 0;
        for (int r = 0; r < labels.Length; r++)
        {
            double[] row = [.. before.AsSpan(r * stride, classes).ToArray().Select(score => (double)score)];
            double total = row.Sum(Math.Exp);
            expectedLoss += Math.Log(total) - row[labels[r]];
            for (int c = 0; c < stride; c++)
            {
                double others = row.Where((_, other) => other != labels[r]).Sum(Math.Exp);
                double expected = c >= classes ? 0 : c == labels[r] ? -others / total : Math.Exp(row[c]) / total;
                Assert.Equal(expected, scores[(r * stride) + c], (Math.Abs(expected) * 1e-5) + 1e-25);
            }
        }

        Assert.Equal(expectedLoss, loss, expectedLoss * 1e-6);
    }

    [Fact]
    public void Replace_OnASureRow_KeepsTheSmallResidualOfTheLabel()
    {
        float[] scores = new float[SoftmaxResiduals.Stride(2)];
        scores[0] = 25;

        double loss = SoftmaxResiduals.Replace(scores, 2, [0]);

        Assert.Equal(Math.Exp(-25), loss, 1e-15);
        Assert.Equal(-Math.Exp(-25), scores[0], 1e-16);
        Assert.Equal(Math.Exp(-25), scores[1], 1e-16);
    }

    [Fact]
    public void Replace_OnEqualScores_LosesTheLogarithmOfTheirNumber()
    {
        float[] scores = new float[SoftmaxResiduals.Stride(4)];

        Assert.Equal(Math.Log(4), SoftmaxResiduals.Replace(scores, 4, [3]), 1e-12);
        Assert.Equal([0.25f, 0.25f, 0.25f, -0.75f], scores[..4]);
    }

    [Fact]
    public void Replace_OnHugeScores_StaysFinite()
    {
        float[] scores = new float[SoftmaxResiduals.Stride(2)];
        (scores[0], scores[1]) = (1e30f, -1e30f);

        double loss = SoftmaxResiduals.Replace(scores, 2, [1]);

        Assert.Equal(2e30, loss, 1e25);
        Assert.Equal([1, -1], scores[..2]);
    }

    [Theory]
    [InlineData(2, 0.1f)]
    [InlineData(7, 0.3f)]
    [InlineData(16, 0.9f)]
    public void Replace_WithSmoothedLabels_IsTheDerivativeOfTheSmoothedLoss(int classes, float smoothing)
    {
        var random = new Random(classes);
        double[] row = [.. Enumerable.Range(0, classes).Select(_ => (double)(4 * (random.NextSingle() - 0.5f)))];
        double[] target = [.. Enumerable.Range(0, classes).Select(c => (smoothing / classes) + (c == 1 ? 1 - smoothing : 0))];
        float[] scores = new float[SoftmaxResiduals.Stride(classes)];
        row.Select(value => (float)value).ToArray().CopyTo(scores, 0);

        double loss = SoftmaxResiduals.Replace(scores, classes, [1], [2], smoothing);

        double total = row.Sum(Math.Exp);
        Assert.Equal(-2 * row.Zip(target, (score, share) => share * (score - Math.Log(total))).Sum(), loss, 1e-5);
        for (int c = 0; c < scores.Length; c++)
        {
            Assert.Equal(c < classes ? 2 * ((Math.Exp(row[c]) / total) - target[c]) : 0, scores[c], 1e-5);
        }
    }
}
