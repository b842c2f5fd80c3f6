using MLNet.MobileNetV2.FineTuning.Distillation;

namespace MLNet.MobileNetV2.Tests.FineTuning.Distillation;

public sealed class MapVarianceTests
{
    // Two views of two channels of three positions.
    private static readonly float[] s_maps = [1, 2, 3, 10, 10, 10, 4, 5, 6, 10, 10, 40];

    [Fact]
    public void OfChannel_IsOverPositionsAndViews()
    {
        (double mean, double variance) = MapVariance.OfChannel(s_maps, count: 2, channels: 2, channel: 0);

        Assert.Equal(3.5, mean, 1e-6);
        Assert.Equal(35.0 / 12, variance, 1e-5);
    }

    [Fact]
    public void Of_IsTheMeanOverTheChannels() => Assert.Equal(((35.0 / 12) + 125) / 2, MapVariance.Of(s_maps, count: 2, channels: 2), 1e-4);

    [Fact]
    public void Of_ConstantMaps_IsAbove0() => Assert.InRange(MapVariance.Of(new float[12], count: 2, channels: 2), 1e-300, 1e-6);
}
