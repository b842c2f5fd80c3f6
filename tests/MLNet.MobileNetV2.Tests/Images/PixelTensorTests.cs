using FsCheck.Xunit;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class PixelTensorTests
{
    [Property]
    public void Fill_OfAnyPixels_IsTheNaiveLoop(byte[] bytes, bool bgr)
    {
        // Long enough for several vectors and a remainder.
        byte[] rgba = [.. bytes, .. bytes, .. bytes, .. bytes];
        int count = bytes.Length;
        ImageChannelOrder order = bgr ? ImageChannelOrder.Bgr : ImageChannelOrder.Rgb;
        float[] planar = new float[3 * count];

        PixelTensor.Fill(rgba, planar, order);

        for (int pixel = 0; pixel < count; pixel++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                int plane = bgr ? 2 - channel : channel;
                Assert.Equal(rgba[(4 * pixel) + channel], planar[(plane * count) + pixel]);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(224 * 224)]
    public void Fill_OfEveryLength_WritesEveryValueOfEveryPlane(int count)
    {
        byte[] rgba = new byte[4 * count];
        new Random(count).NextBytes(rgba);
        float[] planar = new float[3 * count];
        Array.Fill(planar, float.NaN);

        PixelTensor.Fill(rgba, planar, ImageChannelOrder.Rgb);

        for (int index = 0; index < planar.Length; index++)
        {
            Assert.Equal(rgba[(4 * (index % count)) + (index / count)], planar[index]);
        }
    }

    [Theory]
    [InlineData(8, 5)]
    [InlineData(7, 3)]
    [InlineData(4, 4)]
    public void Fill_WithLengthsThatDoNotFit_ThrowsNamingBoth(int bytes, int floats)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => PixelTensor.Fill(new byte[bytes], new float[floats], ImageChannelOrder.Rgb));
        Assert.Contains($"{bytes} bytes and {floats} floats", error.Message, StringComparison.Ordinal);
    }
}
