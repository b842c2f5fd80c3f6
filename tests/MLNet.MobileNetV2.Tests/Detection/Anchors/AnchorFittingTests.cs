using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Anchors;

public class AnchorFittingTests
{
    private static readonly AnchorShape[] s_kinds = [new(0.1f, 0.1f), new(0.2f, 0.8f), new(0.8f, 0.2f)];

    private static readonly AnchorGrid s_grid = AnchorGrid.Ssd([(19, 19), (10, 10), (5, 5), (3, 3), (2, 2), (1, 1)]);

    [Fact]
    public void Cluster_OfBoxesOfThreeKinds_FindsThem()
    {
        AnchorShape[] found = AnchorFitting.Cluster(Boxes(300), 3, seed: 1);

        Assert.All(s_kinds, kind => Assert.InRange(found.Max(kind.Overlap), 0.95, 1));
        Assert.Equal(found.OrderBy(shape => shape.Height * shape.Width), found);
    }

    [Fact]
    public void Cluster_WithOneSeed_GivesTheSame_AndAsManyAsAsked()
    {
        Assert.Equal(AnchorFitting.Cluster(Boxes(200), 7, seed: 3), AnchorFitting.Cluster(Boxes(200), 7, seed: 3));
        Assert.Equal(s_kinds, AnchorFitting.Cluster([.. s_kinds, .. s_kinds], 3, seed: 5).OrderBy(shape => shape.Height));
    }

    [Fact]
    public void Fit_KeepsCounts_AndMapsWithoutEnoughBoxes()
    {
        AnchorShape[] boxes = [.. Boxes(100).Where(box => box.Height < 0.15f)];

        AnchorGrid fitted = AnchorFitting.Fit(s_grid, boxes, seed: 1);

        Assert.Equal(s_grid.Anchors.Count, fitted.Anchors.Count);
        Assert.Equal(s_grid.Maps.Skip(1), fitted.Maps.Skip(1));
        Assert.NotEqual(s_grid.Maps[0].Shapes, fitted.Maps[0].Shapes);
        Assert.InRange(
            AnchorFitting.MeanOverlap(fitted.Maps[0].Shapes, boxes), AnchorFitting.MeanOverlap(s_grid.Maps[0].Shapes, boxes), 1);
    }

    [Fact]
    public void Fit_ToDefectsInSteel_OverlapsThemBetter()
    {
        DetectionDataset data = TestDatasets.Load(Path.Combine(TestEnvironment.RequireDataFolder(), "neu-det", "train"));
        AnchorShape[] boxes =
        [
            .. data.Images.SelectMany(image => image.Boxes.Select(
                box => new AnchorShape(box.Box.Height / image.Height!.Value, box.Box.Width / image.Width!.Value))),
        ];

        double before = AnchorFitting.MeanOverlap([.. s_grid.Maps.SelectMany(map => map.Shapes)], boxes);
        double after = AnchorFitting.MeanOverlap([.. AnchorFitting.Fit(s_grid, boxes, seed: 1).Maps.SelectMany(map => map.Shapes)], boxes);

        TestContext.Current.TestOutputHelper!.WriteLine($"Mean overlap {before:0.000}, fitted {after:0.000}");
        Assert.InRange(after, before + 0.03, 1);
    }

    private static AnchorShape[] Boxes(int count)
    {
        var random = new SplitMix64(7);
        var boxes = new AnchorShape[count];
        for (int index = 0; index < count; index++)
        {
            AnchorShape kind = s_kinds[index % s_kinds.Length];
            boxes[index] = new(kind.Height * (float)random.NextDouble(0.9, 1.1), kind.Width * (float)random.NextDouble(0.9, 1.1));
        }

        return boxes;
    }
}
