using MLNet.MobileNetV2.FineTuning.Optimization;

namespace MLNet.MobileNetV2.Tests.FineTuning.Optimization;

public sealed class AdamWOptimizerTests
{
    [Theory]
    [InlineData(1, 0.9f, 0.999f, 0f)]
    [InlineData(7, 0f, 0.9f, 0.1f)]
    [InlineData(16, 0.9f, 0f, 0.1f)]
    [InlineData(67, 0.9f, 0.999f, 0.05f)]
    public void Step_SeveralTimes_IsPyTorchsAdamW(int length, float beta1, float beta2, float decay)
    {
        const float epsilon = 1e-4f;
        var optimizer = new AdamWOptimizer(length, 1, beta1, beta2, epsilon);
        var random = new Random(length);
        float[] found = Draw(random, length);
        double[] expected = [.. found.Select(value => (double)value)];
        (double[] first, double[] second) = (new double[length], new double[length]);
        for (int step = 1; step <= 6; step++)
        {
            float[] gradient = Draw(random, length);
            float rate = 0.01f / step;

            optimizer.Step(0, 0, found, gradient, rate, decay);

            for (int i = 0; i < length; i++)
            {
                expected[i] *= 1 - ((double)rate * decay);
                first[i] = (beta1 * first[i]) + ((1 - (double)beta1) * gradient[i]);
                second[i] = (beta2 * second[i]) + ((1 - (double)beta2) * gradient[i] * gradient[i]);
                double mean = first[i] / (1 - Math.Pow(beta1, step));
                double variance = second[i] / (1 - Math.Pow(beta2, step));
                expected[i] -= rate * mean / (Math.Sqrt(variance) + epsilon);
            }
        }

        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Equal([6], optimizer.State["steps"]);
        Assert.All(first.Zip(optimizer.State["first_moment"]), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.All(second.Zip(optimizer.State["second_moment"]), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void Step_OfARangeThatBeginsLater_BeginsAsTheFirstDid()
    {
        var optimizer = new AdamWOptimizer(24, 2, 0.9f, 0.999f, 1e-8f);
        float[] gradient = [0.5f, -2, 3, 0.1f, 1, -1, 2, 5, 1, 4, -3];
        float[] early = new float[11];
        float[] late = new float[11];
        float[] others = new float[11];
        optimizer.Step(0, 0, early, gradient, 0.01f, 0.1f);
        for (int step = 0; step < 5; step++)
        {
            optimizer.Step(0, 0, others, gradient, 0.01f, 0.1f);
        }

        optimizer.Step(1, 13, late, gradient, 0.01f, 0.1f);

        Assert.Equal(early, late);
        Assert.All(gradient.Zip(late), pair => Assert.Equal(-0.01 * Math.Sign(pair.First), pair.Second, 1e-6));
        Assert.Equal([6, 1], optimizer.State["steps"]);
        Assert.Equal([0, 0], optimizer.State["first_moment"][11..13]);
    }

    [Fact]
    public void Step_WithoutAGradient_Decays()
    {
        var optimizer = new AdamWOptimizer(3, 1, 0.9f, 0.999f, 1e-8f);
        float[] weights = [1, -2, 0];

        optimizer.Step(0, 0, weights, new float[3], 0.5f, 0.5f);

        Assert.Equal([0.75f, -1.5f, 0], weights);
    }

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
}
