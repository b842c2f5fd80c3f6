using MLNet.MobileNetV2.FineTuning.Optimization;

namespace MLNet.MobileNetV2.Tests.FineTuning.Optimization;

public sealed class SgdOptimizerTests
{
    [Theory]
    [InlineData(1, 0f, 0f)]
    [InlineData(7, 0.9f, 0f)]
    [InlineData(16, 0.5f, 0.1f)]
    [InlineData(67, 0.9f, 0.05f)]
    public void Step_SeveralTimes_IsPyTorchsNesterov(int length, float momentum, float decay)
    {
        var optimizer = new SgdOptimizer(length, momentum);
        var random = new Random(length);
        float[] found = Draw(random, length);
        double[] expected = [.. found.Select(value => (double)value)];
        double[] velocity = new double[length];
        for (int step = 0; step < 6; step++)
        {
            float[] gradient = Draw(random, length);
            float rate = 0.1f / (step + 1);

            optimizer.Step(0, 0, found, gradient, rate, decay);

            for (int i = 0; i < length; i++)
            {
                double slope = gradient[i] + (decay * expected[i]);
                velocity[i] = (momentum * velocity[i]) + slope;
                expected[i] -= rate * (slope + (momentum * velocity[i]));
            }
        }

        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.All(velocity.Zip(optimizer.State["velocity"]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Step_OfARange_LeavesTheVelocityOfOthers()
    {
        var optimizer = new SgdOptimizer(20, 0.9f);
        float[] weights = [1, 2, 3];

        optimizer.Step(1, 11, weights, [1, 1, -1], 0.1f, 0);

        Assert.Equal([0.81f, 1.81f, 3.19f], weights, new Tolerance());
        float[] velocity = optimizer.State["velocity"];
        Assert.Equal([1, 1, -1], velocity[11..14]);
        Assert.All([.. velocity[..11], .. velocity[14..]], value => Assert.Equal(0, value));
    }

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];

    private sealed class Tolerance : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => Math.Abs(x - y) < 1e-6;

        public int GetHashCode(float obj) => 0;
    }
}
