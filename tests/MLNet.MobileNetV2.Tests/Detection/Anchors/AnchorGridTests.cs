using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Detection.Boxes;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Anchors;

public class AnchorGridTests
{
    private static readonly AnchorGrid s_grid = AnchorGrid.Ssd([(19, 19), (10, 10), (5, 5), (3, 3), (2, 2), (1, 1)]);

    [Fact]
    public void Ssd_For300Pixels_HasTheAnchorsOfThePublishedNetwork()
    {
        RelativeBox[] expected = DetectionReference.AnchorBoxes();

        Assert.Equal(expected.Length, s_grid.Anchors.Count);
        Assert.All(expected.Zip(s_grid.Anchors), pair =>
        {
            Assert.Equal(pair.First.Top, pair.Second.Box.Top, 1e-6f);
            Assert.Equal(pair.First.Left, pair.Second.Box.Left, 1e-6f);
            Assert.Equal(pair.First.Bottom, pair.Second.Box.Bottom, 1e-6f);
            Assert.Equal(pair.First.Right, pair.Second.Box.Right, 1e-6f);
        });
    }

    [Fact]
    public void Ssd_HasThreeAnchorsACellOnTheFirstMap_AndSixOnOthers()
    {
        Assert.Equal([3, 6, 6, 6, 6, 6], s_grid.Maps.Select(map => map.Shapes.Count));
        Assert.Equal(1917, s_grid.Anchors.Count);
    }

    [Fact]
    public void Anchors_AreByRowThenColumnThenShape()
    {
        AnchorGrid grid = AnchorGrid.Create([new(1, 2, [new(0.1f, 0.2f), new(0.3f, 0.4f)]), new(1, 1, [new(0.5f, 0.6f)])]);

        Assert.Equal(
            [
                new(0.5f, 0.25f, 0.1f, 0.2f), new(0.5f, 0.25f, 0.3f, 0.4f),
                new(0.5f, 0.75f, 0.1f, 0.2f), new(0.5f, 0.75f, 0.3f, 0.4f),
                new(0.5f, 0.5f, 0.5f, 0.6f),
            ],
            grid.Anchors);
    }

    [Fact]
    public void Ssd_WithOneMap_ThrowsNamingTheLeast() => AssertMessage.Tells(
        Assert.Throws<ArgumentOutOfRangeException>(() => AnchorGrid.Ssd([(10, 10)])).Message, "at least 2");
}
