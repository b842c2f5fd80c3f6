using MLNet.MobileNetV2.FineTuning.Optimization;

namespace MLNet.MobileNetV2.Tests.FineTuning.Optimization;

public sealed class WeightAverageTests
{
    [Fact]
    public void Add_ManySteps_IsTheMovingAverageOfAGrowingDecay()
    {
        var random = new Random(1);
        float[] start = Draw();
        var average = new WeightAverage([.. start], decay: 0.7);
        double[] expected = [.. start.Select(value => (double)value)];
        bool hasGrown = false;
        for (int step = 0; step < 40; step++)
        {
            float[] weights = Draw();

            average.Add(weights, step);

            double kept = Math.Min(0.7, (1.0 + step) / (10 + step));
            hasGrown |= kept == 0.7;
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] = (kept * expected[i]) + ((1 - kept) * weights[i]);
            }
        }

        Assert.True(hasGrown);
        Assert.All(expected.Zip(average.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-6));

        float[] Draw() => [.. Enumerable.Range(0, 37).Select(_ => random.NextSingle())];
    }

    [Fact]
    public void Add_OfTheSameWeights_ChangesNothing()
    {
        var average = new WeightAverage([1, -2, 3], 0.99);

        average.Add([1, -2, 3], 0);

        Assert.All(average.Values.Zip((float[])[1, -2, 3]), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }
}
