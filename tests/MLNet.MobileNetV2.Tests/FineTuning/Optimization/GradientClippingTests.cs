using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.FineTuning.Optimization;

namespace MLNet.MobileNetV2.Tests.FineTuning.Optimization;

public sealed class GradientClippingTests
{
    [Property(MaxTest = 200)]
    public void Clip_OfAnyGradient_KeepsTheDirectionAndTheLength(PositiveInt length, int seed, byte limit)
    {
        var random = new Random(seed);
        float[] before = [.. Enumerable.Range(0, length.Get * 97 % 10_000).Select(_ => (random.NextSingle() - 0.5f) * 4)];
        float[] found = [.. before];
        double longest = limit / 4.0;

        double returned = GradientClipping.Clip(found, longest);

        double expected = Math.Sqrt(before.Sum(value => (double)value * value));
        double scale = longest == 0 || expected <= longest ? 1 : longest / expected;
        Assert.Equal(expected, returned, 1e-5 * Math.Max(1, expected));
        Assert.All(before.Zip(found), pair => Assert.Equal(pair.First * scale, pair.Second, 1e-5));
        Assert.True(longest == 0 || Math.Sqrt(found.Sum(value => (double)value * value)) <= longest * (1 + 1e-5));
    }

    [Fact]
    public void Clip_OfAShorterGradient_LeavesItBitForBit()
    {
        float[] gradient = [0.1f, -0.2f, 0.3f];

        Assert.Equal(Math.Sqrt(0.14), GradientClipping.Clip(gradient, 0.5), 1e-7);
        Assert.Equal([0.1f, -0.2f, 0.3f], gradient);
    }

    [Fact]
    public void Clip_OfALongGradient_CountsEverySquare()
    {
        // A single sum in floats would lose one in 1e7 squares of 1.
        float[] gradient = new float[20_000_000];
        Array.Fill(gradient, 1);

        Assert.Equal(Math.Sqrt(gradient.Length), GradientClipping.Clip(gradient, 0), 1e-6);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e30f)]
    public void Clip_OfWhatCannotBeClipped_SaysSo(float value) =>
        Assert.False(double.IsFinite(GradientClipping.Clip(new[] { 1, value }, 1)));
}
