using MLNet.MobileNetV2.Detection.Boxes;
using MLNet.MobileNetV2.Detection.Training.Gradients;
using MLNet.MobileNetV2.Detection.Training.Views;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Detection.Training.Views;

public sealed class RegionDrawTests
{
    private static readonly TrainedBox s_small = new(1, new(0.1f, 0.6f, 0.2f, 0.7f));
    private static readonly TrainedBox s_large = new(2, new(0.3f, 0.1f, 0.9f, 0.8f));

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    public void Draw_ManyTimes_StaysInsideWithTheCentreOfABox(double smallestSide)
    {
        var random = new SplitMix64(3);
        var regions = new HashSet<CropBox>();
        for (int i = 0; i < 300; i++)
        {
            CropBox region = RegionDraw.Draw(new(1, [s_small, s_large]), smallestSide, ref random);
            regions.Add(region);
            Assert.InRange(region.Width, smallestSide, 1);
            Assert.InRange(region.Height, smallestSide, 1);
            Assert.InRange(region.Left, 0, 1 - region.Width);
            Assert.InRange(region.Top, 0, 1 - region.Height);
            Assert.InRange(region.Width / region.Height, 0.5, 2);
            Assert.NotEmpty(RegionDraw.Boxes(region, [s_small, s_large]));
        }

        Assert.True(regions.Count > 200);
    }

    [Fact]
    public void Draw_NoBox_IsAnyRegion()
    {
        var random = new SplitMix64(4);

        CropBox region = RegionDraw.Draw(new(1, [s_small with { IsIgnored = true }]), 0.3, ref random);

        Assert.NotEqual(RegionDraw.Whole, region);
    }

    [Fact]
    public void Draw_BoxThatNoRegionOverlapsWell_IsSometimesTheWhole()
    {
        var random = new SplitMix64(5);
        int whole = 0;
        for (int i = 0; i < 60; i++)
        {
            whole += RegionDraw.Draw(new(1, [s_small]), 0.5, ref random) == RegionDraw.Whole ? 1 : 0;
        }

        // Of six overlaps asked for, regions of half a side and more have 0 alone with a box of a tenth.
        Assert.InRange(whole, 35, 59);
    }

    [Fact]
    public void Boxes_OfARegion_AreThoseWhoseCentreIsInsideCutAtItsEdges()
    {
        var region = new CropBox(0.5, 0, 0.5, 0.5);

        TrainedBox[] boxes = [.. RegionDraw.Boxes(region, [s_small, s_large, new(3, new(0.2f, 0.4f, 0.4f, 0.9f))])];

        Assert.Equal([1, 3], boxes.Select(box => box.Class));
        AssertEqual(new(0.2f, 0.2f, 0.4f, 0.4f), boxes[0].Box);
        AssertEqual(new(0.4f, 0, 0.8f, 0.8f), boxes[1].Box);
    }

    [Fact]
    public void Boxes_RegionToIgnore_StaysWhereAnyOfItIsInside()
    {
        TrainedBox crowd = new(1, new(0, 0, 0.6f, 0.6f), IsIgnored: true);

        TrainedBox inside = Assert.Single(RegionDraw.Boxes(new(0.5, 0.5, 0.5, 0.5), [crowd]));

        Assert.True(inside.IsIgnored);
        AssertEqual(new(0, 0, 0.2f, 0.2f), inside.Box);
        Assert.Empty(RegionDraw.Boxes(new(0.7, 0.7, 0.3, 0.3), [crowd]));
    }

    private static void AssertEqual(RelativeBox expected, RelativeBox found)
    {
        Assert.Equal(expected.Top, found.Top, 1e-5);
        Assert.Equal(expected.Left, found.Left, 1e-5);
        Assert.Equal(expected.Bottom, found.Bottom, 1e-5);
        Assert.Equal(expected.Right, found.Right, 1e-5);
    }
}
