using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Numerics;

public sealed class SplitMix64Tests
{
    [Fact]
    public void NextUInt64_OfAKnownSeed_IsThePublishedSequence()
    {
        // Of the reference implementation in C.
        var random = new SplitMix64(1234567);
        ulong[] found = [random.NextUInt64(), random.NextUInt64(), random.NextUInt64(), random.NextUInt64(), random.NextUInt64()];
        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821], found);
    }

    [Fact]
    public void Numbers_OfTheSamePlace_AreTheSameAndOfAnotherAreOthers()
    {
        Assert.Equal(new SplitMix64(1, 2, 3).NextUInt64(), new SplitMix64(1, 2, 3).NextUInt64());
        ulong[] others =
        [
            new SplitMix64(1).NextUInt64(), new SplitMix64(1, 2).NextUInt64(), new SplitMix64(1, 2, 3).NextUInt64(),
            new SplitMix64(1, 3, 2).NextUInt64(), new SplitMix64(2, 1, 3).NextUInt64(), new SplitMix64(1, 2, 4).NextUInt64(),
        ];
        Assert.Distinct(others);
    }

    [Fact]
    public void FirstNumbers_OfNeighbouringPlaces_AreUniformAndIndependent()
    {
        const int epochs = 100;
        const int samples = 100;
        double sum = 0, squares = 0, neighbours = 0, epochNeighbours = 0;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            for (int sample = 0; sample < samples; sample++)
            {
                double value = new SplitMix64(7, epoch, sample).NextDouble() - 0.5;
                sum += value;
                squares += value * value;
                neighbours += value * (new SplitMix64(7, epoch, sample + 1).NextDouble() - 0.5);
                epochNeighbours += value * (new SplitMix64(7, epoch + 1, sample).NextDouble() - 0.5);
            }
        }

        // Five standard errors of 10,000 draws.
        Assert.InRange(sum / 1e4, -0.0145, 0.0145);
        Assert.InRange(squares / 1e4, (1 / 12.0) - 0.004, (1 / 12.0) + 0.004);
        Assert.InRange(neighbours / 1e4, -0.0042, 0.0042);
        Assert.InRange(epochNeighbours / 1e4, -0.0042, 0.0042);
    }

    [Fact]
    public void NextNormal_HasMean0AndVariance1()
    {
        var random = new SplitMix64(3);
        double sum = 0, squares = 0;
        for (int draw = 0; draw < 10_000; draw++)
        {
            double value = random.NextNormal();
            sum += value;
            squares += value * value;
        }

        Assert.InRange(sum / 1e4, -0.05, 0.05);
        Assert.InRange(squares / 1e4, 0.93, 1.07);
    }

    [Fact]
    public void NextBoolean_OfZeroAndOne_IsCertain()
    {
        var random = new SplitMix64(3);
        for (int draw = 0; draw < 1000; draw++)
        {
            Assert.False(random.NextBoolean(0));
            Assert.True(random.NextBoolean(1));
        }
    }

    [Fact]
    public void Shuffle_GivesEveryOrderAboutAsOften()
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int seed = 0; seed < 6000; seed++)
        {
            char[] letters = ['a', 'b', 'c'];
            new SplitMix64(seed).Shuffle<char>(letters);
            string order = new(letters);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150));
    }
}
