using MLNet.MobileNetV2.Images.Augmentation;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images.Augmentation;

public sealed class PixelChangeTests
{
    // Longer than a vector and no multiple of one.
    private const int Count = 1003;

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.6)]
    [InlineData(1.0)]
    [InlineData(1.4)]
    public void Brightness_IsTheLoopInDouble(double factor) => AssertIs(
        new BrightnessChange((float)factor),
        (red, green, blue) => (Limit(red * factor), Limit(green * factor), Limit(blue * factor)));

    [Theory]
    [InlineData(0.0, 100.0)]
    [InlineData(0.6, 20.0)]
    [InlineData(2.0, 128.0)]
    public void Contrast_IsTheLoopInDouble(double factor, double mean) => AssertIs(
        new ContrastChange((float)mean, (float)factor),
        (red, green, blue) => (Blend(red, mean, factor), Blend(green, mean, factor), Blend(blue, mean, factor)));

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.6)]
    [InlineData(2.0)]
    public void Saturation_IsTheLoopInDouble(double factor) => AssertIs(new SaturationChange((float)factor), (red, green, blue) =>
    {
        double grey = (0.299 * red) + (0.587 * green) + (0.114 * blue);
        return (Blend(red, grey, factor), Blend(green, grey, factor), Blend(blue, grey, factor));
    });

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(-0.3)]
    [InlineData(0.5)]
    [InlineData(-0.5)]
    public void Hue_TurnsHsvAndBack(double shift) => AssertIs(new HueShift((float)shift), (red, green, blue) =>
    {
        (double hue, double chroma, double value) = ToHsv(red, green, blue);
        return FromHsv(hue + (360 * shift), chroma, value);
    });

    [Fact]
    public void Hue_ByAThird_MakesRedGreen()
    {
        float[] planar = [200, 10, 30];
        new PixelPlanes(planar, ImageChannelOrder.Rgb).Apply(new HueShift(1f / 3));
        Assert.Equal([30, 200, 10], planar, (expected, found) => Math.Abs(expected - found) < 0.01);
    }

    [Theory]
    [InlineData(ImageChannelOrder.Rgb, 0)]
    [InlineData(ImageChannelOrder.Bgr, 2)]
    public void Planes_OfEitherOrder_FindRed(ImageChannelOrder order, int place)
    {
        float[] planar = new float[3 * Count];
        planar.AsSpan(place * Count, Count).Fill(200);
        var planes = new PixelPlanes(planar, order);
        Assert.Equal(0.299 * 200, planes.MeanGrey(), 0.01);
        Assert.Equal(200, planes.Red[Count - 1]);
        Assert.Equal(0, planes.Blue[0]);
    }

    private static void AssertIs<TChange>(TChange change, Func<double, double, double, (double Red, double Green, double Blue)> expected)
        where TChange : struct, IPixelChange
    {
        float[] planar = Colours();
        float[] before = [.. planar];
        var planes = new PixelPlanes(planar, ImageChannelOrder.Rgb);

        planes.Apply(change);

        for (int pixel = 0; pixel < Count; pixel++)
        {
            (double red, double green, double blue) = expected(before[pixel], before[Count + pixel], before[(2 * Count) + pixel]);
            Assert.Equal(red, planes.Red[pixel], 0.01);
            Assert.Equal(green, planes.Green[pixel], 0.01);
            Assert.Equal(blue, planes.Blue[pixel], 0.01);
        }
    }

    // Random colours, and at the ends those on the edges of the formulas: black, white, greys and pure colours.
    private static float[] Colours()
    {
        var random = new Random(5);
        float[] planar = new float[3 * Count];
        for (int index = 0; index < planar.Length; index++)
        {
            planar[index] = random.NextSingle() * 255;
        }

        SKColor[] special =
        [
            SKColors.Black, SKColors.White, SKColors.Gray, SKColors.Red, SKColors.Lime, SKColors.Blue, SKColors.Yellow, SKColors.Aqua,
        ];
        for (int index = 0; index < 2 * special.Length; index++)
        {
            SKColor colour = special[index % special.Length];
            int pixel = index < special.Length ? index : Count - 1 - (index - special.Length);
            (planar[pixel], planar[Count + pixel], planar[(2 * Count) + pixel]) = (colour.Red, colour.Green, colour.Blue);
        }

        return planar;
    }

    private static double Limit(double value) => Math.Clamp(value, 0, 255);

    private static double Blend(double value, double other, double factor) => Limit((factor * value) + ((1 - factor) * other));

    private static (double Hue, double Chroma, double Value) ToHsv(double red, double green, double blue)
    {
        double value = Math.Max(red, Math.Max(green, blue));
        double chroma = value - Math.Min(red, Math.Min(green, blue));
        double hue = chroma == 0 ? 0
            : value == red ? 60 * (green - blue) / chroma
            : value == green ? 120 + (60 * (blue - red) / chroma)
            : 240 + (60 * (red - green) / chroma);
        return (hue, chroma, value);
    }

    private static (double Red, double Green, double Blue) FromHsv(double hue, double chroma, double value)
    {
        double sector = (((hue % 360) + 360) % 360) / 60;
        double second = chroma * (1 - Math.Abs((sector % 2) - 1));
        double least = value - chroma;
        return (int)sector switch
        {
            0 => (value, second + least, least),
            1 => (second + least, value, least),
            2 => (least, value, second + least),
            3 => (least, second + least, value),
            4 => (second + least, least, value),
            _ => (value, least, second + least),
        };
    }
}
