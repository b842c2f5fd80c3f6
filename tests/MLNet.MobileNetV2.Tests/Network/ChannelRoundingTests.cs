using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Tests.Network;

public class ChannelRoundingTests
{
    [Theory]
    [InlineData(32, 8, 32)]
    [InlineData(11.2, 8, 16)]
    [InlineData(8.4, 8, 8)]
    [InlineData(5.6, 8, 8)]
    [InlineData(44.8, 8, 48)]
    [InlineData(12, 8, 16)]
    [InlineData(33.6, 8, 32)]
    [InlineData(1792, 8, 1792)]
    [InlineData(3, 1, 3)]
    public void Round_GivesTheReferenceImplementationsChannels(double channels, int divisor, int expected) =>
        Assert.Equal(expected, ChannelRounding.Round(channels, divisor));

    [Property(MaxTest = 1000)]
    public void Round_IsAMultipleNearTheChannels(PositiveInt tenths, PositiveInt divisor)
    {
        double channels = tenths.Get / 10.0;

        int rounded = ChannelRounding.Round(channels, divisor.Get);

        Assert.Equal(0, rounded % divisor.Get);
        Assert.True(rounded >= divisor.Get);
        Assert.True(rounded >= 0.9 * channels);
        Assert.True(rounded == divisor.Get || rounded - channels < 1.5 * divisor.Get);
    }
}
