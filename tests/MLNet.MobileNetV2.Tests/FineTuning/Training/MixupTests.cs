using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class MixupTests
{
    [Property(MaxTest = 100)]
    public void Blend_OfAnyBatch_IsTheBlendOfCopies(PositiveInt batch, PositiveInt values, long seed)
    {
        (int size, int length) = ((batch.Get % 40) + 1, (values.Get % 50) + 1);
        var random = new SplitMix64(seed);
        Mixup mixup = Mixup.Draw(size, 0.4, ref random);
        float[] before = [.. Enumerable.Range(0, size * length).Select(_ => (float)random.NextDouble())];
        float[] found = [.. before];

        mixup.Blend(found);

        Assert.Equal(Enumerable.Range(0, size), mixup.Partners.ToArray().Order());
        for (int index = 0; index < found.Length; index++)
        {
            float other = before[(mixup.Partners[index / length] * length) + (index % length)];
            Assert.Equal((mixup.Share * before[index]) + ((1 - mixup.Share) * other), found[index], 1e-6f);
        }
    }

    [Fact]
    public void Blend_OfTargets_KeepsTheirSum()
    {
        var random = new SplitMix64(5);
        Mixup mixup = Mixup.Draw(16, 1, ref random);
        float[] targets = new float[16 * 5];
        for (int sample = 0; sample < 16; sample++)
        {
            targets[(sample * 5) + (sample % 5)] = 1;
        }

        mixup.Blend(targets);

        Assert.InRange(mixup.Share, 0.01f, 0.99f);
        Assert.All(targets.Chunk(5), target => Assert.Equal(1, target.Sum(), 1e-6f));
        Assert.Contains(targets, value => value is > 0 and < 1);
    }

    [Fact]
    public void Draw_WithTheSameNumbers_IsTheSame()
    {
        Assert.Equal(Draw(3), Draw(3));
        Assert.NotEqual(Draw(3), Draw(4));

        static float[] Draw(long seed)
        {
            var random = new SplitMix64(seed, 1);
            Mixup mixup = Mixup.Draw(12, 0.2, ref random);
            return [mixup.Share, .. mixup.Partners.ToArray().Select(partner => (float)partner)];
        }
    }

    [Fact]
    public void Blend_WithAlpha0_ChangesNothing()
    {
        var random = new SplitMix64(5);
        float[] batch = [1, 2, 3, 4];
        Mixup.Draw(4, 0, ref random).Blend(batch);
        Assert.Equal([1, 2, 3, 4], batch);
    }

    [Fact]
    public void Blend_OfALengthThatIsNoMultiple_Throws()
    {
        var random = new SplitMix64(5);
        Mixup mixup = Mixup.Draw(4, 1, ref random);
        ArgumentException error = Assert.Throws<ArgumentException>(() => mixup.Blend(new float[6]));
        Assert.Contains("6 values", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(0.0001)]
    [InlineData(1001.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Draw_WithAlphaOutOfRange_ThrowsNamingIt(double alpha)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            var random = new SplitMix64(5);
            Mixup.Draw(4, alpha, ref random);
        });
        Assert.Equal("alpha", error.ParamName);
        Assert.Contains("0, or 0.001 to 1000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_OfNoSamples_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() =>
    {
        var random = new SplitMix64(5);
        Mixup.Draw(0, 1, ref random);
    });

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.2)]
    [InlineData(1.0)]
    [InlineData(4.0)]
    [InlineData(1000.0)]
    public void Beta_HasTheMomentsOfTheDistribution(double alpha)
    {
        const int draws = 20_000;
        var random = new SplitMix64(11);
        double sum = 0, squares = 0, fourth = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            double value = BetaDistribution.DrawSymmetric(alpha, ref random);
            Assert.InRange(value, 0, 1);
            double centred = value - 0.5;
            sum += centred;
            squares += centred * centred;
            fourth += centred * centred * centred * centred;
        }

        double variance = 1 / (4 * ((2 * alpha) + 1));
        Assert.InRange(sum / draws, -5 * Math.Sqrt(variance / draws), 5 * Math.Sqrt(variance / draws));
        Assert.InRange(squares / draws / variance, 0.95, 1.05);
        Assert.InRange(fourth / draws / (variance * variance * (3 - (6 / ((2 * alpha) + 3)))), 0.9, 1.1);
    }
}
