using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Images.Augmentation;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Images.Augmentation;

public sealed class RandomBoxTests
{
    private const double Slack = 1e-9;

    [Property(MaxTest = 500)]
    public void Draw_OfAnyPicture_IsInsideWithAnAspectRatioAndAreaInRange(
        PositiveInt width, PositiveInt height, long seed, byte area1, byte area2, byte aspect1, byte aspect2)
    {
        double smallestArea = (Math.Min(area1, area2) + 1) / 256.0;
        double greatestArea = (Math.Max(area1, area2) + 1) / 256.0;
        double smallestAspect = Math.Pow(10, (Math.Min(aspect1, aspect2) / 127.5) - 1);
        double greatestAspect = Math.Pow(10, (Math.Max(aspect1, aspect2) / 127.5) - 1);
        var random = new SplitMix64(seed);

        CropBox box = new RandomBox(smallestArea, greatestArea, smallestAspect, greatestAspect).Draw(width.Get, height.Get, ref random);

        Assert.True(box.Left >= 0 && box.Left + box.Width <= width.Get * (1 + Slack), $"{box}");
        Assert.True(box.Top >= 0 && box.Top + box.Height <= height.Get * (1 + Slack), $"{box}");
        Assert.InRange(box.Width / box.Height, smallestAspect * (1 - Slack), greatestAspect * (1 + Slack));
        double area = box.Width * box.Height / ((double)width.Get * height.Get);
        bool isAsLargeAsFits = box.Width >= width.Get * (1 - Slack) || box.Height >= height.Get * (1 - Slack);
        Assert.True(area <= greatestArea * (1 + Slack), $"{area}");
        Assert.True(area >= smallestArea * (1 - Slack) || isAsLargeAsFits, $"{area}");
    }

    [Fact]
    public void Draw_OverManySeeds_ReachesTheWholeRangeAndEveryPlace()
    {
        var areas = new List<double>();
        var aspects = new List<double>();
        var places = new List<double>();
        for (int seed = 0; seed < 4000; seed++)
        {
            var random = new SplitMix64(seed);
            CropBox box = new RandomBox(0.1, 0.5, 0.8, 1.25).Draw(100, 100, ref random);
            areas.Add(box.Width * box.Height / 1e4);
            aspects.Add(Math.Log(box.Width / box.Height));
            places.Add(box.Left / (100 - box.Width));
        }

        Assert.InRange(areas.Average(), 0.29, 0.31);
        Assert.InRange(areas.Min(), 0.1, 0.102);
        Assert.InRange(areas.Max(), 0.498, 0.5);
        Assert.InRange(aspects.Average(), -0.011, 0.011);
        Assert.InRange(places.Average(), 0.48, 0.52);
    }
}
