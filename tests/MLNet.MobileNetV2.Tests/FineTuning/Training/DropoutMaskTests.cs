using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class DropoutMaskTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.2)]
    [InlineData(0.9)]
    public void Fill_AnyRate_DropsThatShareAndKeepsTheMean(double rate)
    {
        float[] mask = new float[20_000];
        var random = new SplitMix64(3);

        DropoutMask.Fill(ref random, rate, mask);

        double kept = 1 / (1 - rate);
        double deviation = Math.Sqrt(rate * (1 - rate) / mask.Length);
        Assert.All(mask, factor => Assert.True(factor == 0 || Math.Abs(factor - kept) < 1e-5));
        Assert.InRange(mask.Count(factor => factor == 0) / (double)mask.Length, rate - (5 * deviation), rate + (5 * deviation));
        Assert.InRange(mask.Average(), 1 - (5 * deviation * kept) - 1e-6, 1 + (5 * deviation * kept) + 1e-6);
    }

    [Fact]
    public void Fill_SameNumbers_GiveTheSameMask()
    {
        Assert.Equal(Draw(3), Draw(3));
        Assert.NotEqual(Draw(3), Draw(4));

        static float[] Draw(long seed)
        {
            float[] mask = new float[50];
            var random = new SplitMix64(seed);
            DropoutMask.Fill(ref random, 0.5, mask);
            return mask;
        }
    }
}
