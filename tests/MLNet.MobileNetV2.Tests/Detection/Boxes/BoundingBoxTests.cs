namespace MLNet.MobileNetV2.Tests.Detection.Boxes;

public class BoundingBoxTests
{
    [Fact]
    public void FromEdges_HasWidthAndHeightBetweenThem()
    {
        var box = BoundingBox.FromEdges(10, 20, 40, 70);

        Assert.Equal(new BoundingBox(10, 20, 30, 50), box);
        Assert.Equal((40f, 70f, 1500.0), (box.Right, box.Bottom, box.Area));
    }

    [Theory]
    [InlineData(0, 0, 10, 10, 1)]
    [InlineData(5, 0, 10, 10, 1.0 / 3)]
    [InlineData(5, 5, 10, 10, 25.0 / 175)]
    [InlineData(10, 0, 10, 10, 0)]
    [InlineData(2, 2, 5, 5, 0.25)]
    [InlineData(5, 5, -5, -5, 0)]
    [InlineData(0, 0, 0, 10, 0)]
    public void IntersectionOverUnion_IsTheSharedPartOfBoth(float x, float y, float width, float height, double expected)
    {
        var box = new BoundingBox(0, 0, 10, 10);
        var other = new BoundingBox(x, y, width, height);

        Assert.Equal(expected, box.IntersectionOverUnion(other), 12);
        Assert.Equal(expected, other.IntersectionOverUnion(box), 12);
    }

    [Theory]
    [InlineData(10, 10, 20, 20, 10, 10, 20, 20)]
    [InlineData(-5, -6, 20, 20, 0, 0, 15, 14)]
    [InlineData(90, 40, 20, 20, 90, 40, 10, 10)]
    [InlineData(200, 10, 5, 5, 100, 10, 0, 5)]
    [InlineData(-50, -50, 300, 300, 0, 0, 100, 50)]
    public void Clip_KeepsThePartInsideThePhoto(
        float x, float y, float width, float height, float left, float top, float insideWidth, float insideHeight) => Assert.Equal(
            new BoundingBox(left, top, insideWidth, insideHeight), new BoundingBox(x, y, width, height).Clip(100, 50));

    [Fact]
    public void Clip_OfABoxInside_ChangesNoBit()
    {
        var box = new BoundingBox(0.1f, 0.3f, 0.7f, 0.2f);

        Assert.Equal(box, box.Clip(1, 1));
    }

    [Fact]
    public void ToString_HasFourNumbersWithPoints() => Assert.Equal("[1.5, 2, 3, 4]", new BoundingBox(1.5f, 2, 3, 4).ToString());
}
