using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Detection.Training.Gradients;

namespace MLNet.MobileNetV2.Tests.Detection.Training.Gradients;

public class BoxTargetsTests
{
    private static readonly AnchorGrid s_grid = AnchorGrid.Create(
        [new(2, 2, [new(0.5f, 0.5f), new(0.2f, 0.2f)]), new(1, 1, [new(1, 1), new(0.9f, 0.3f)])]);

    private readonly AnchorOrder _order = new(s_grid);

    [Fact]
    public void Places_OfTwoMaps_AreByMapThenShapeThenCell() =>
        Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7, 8, 9], _order.Places);

    [Fact]
    public void Write_Boxes_GivesTheirAnchorsClassAndOffsets()
    {
        var targets = new BoxTargets(s_grid, _order);
        float[] target = [.. Enumerable.Repeat(9f, targets.Length)];

        int positives = targets.Write(
            [
                new(2, new(0, 0.5f, 0.5f, 1)),
                new(3, new(0.6f, 0.1f, 0.9f, 0.4f), IsIgnored: true),
                new(1, new(0.02f, 0.05f, 1, 0.95f)),
            ],
            target);

        Assert.Equal(2, positives);
        Assert.Equal([0, 2, 0, 0, 0, 0, -1, 0, 1, 0], target[..10]);
        Assert.Equal(50, target.Length);
        Assert.All(Enumerable.Range(0, 4), value => Assert.Equal(0, target[10 + (10 * value) + 1], 1e-5));
        BoxOffsets offsets = BoxCoder.Encode(s_grid.Anchors[8], new(0.02f, 0.05f, 1, 0.95f));
        Assert.Equal(
            [offsets.CentreY, offsets.CentreX, offsets.Height, offsets.Width],
            Enumerable.Range(0, 4).Select(value => target[10 + (10 * value) + 8]));
        Assert.True(offsets.Width < 0);
    }

    [Fact]
    public void Write_NoBox_IsAllBackground()
    {
        var targets = new BoxTargets(s_grid, _order);
        float[] target = [.. Enumerable.Repeat(9f, targets.Length)];

        Assert.Equal(0, targets.Write([], target));
        Assert.All(target, value => Assert.Equal(0, value));
    }
}
