using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2.Detection.Anchors;

/// <summary>The anchors of a detector: those of its feature maps one after another, in the order of the network's output.</summary>
internal sealed class AnchorGrid
{
    private const double LeastScale = 0.2;
    private const double MostScale = 0.95;

    // The published networks were trained with this number, not with one third.
    private const double Third = 0.3333;

    private AnchorGrid(IReadOnlyList<AnchorMap> maps)
    {
        Maps = maps;
        Anchors = [.. maps.SelectMany(Of)];
    }

    public IReadOnlyList<AnchorMap> Maps { get; }

    /// <summary>The anchors by map, row, column and shape.</summary>
    public IReadOnlyList<Anchor> Anchors { get; }

    /// <summary>Anchors around the cells of given maps.</summary>
    public static AnchorGrid Create(IReadOnlyList<AnchorMap> maps)
    {
        Require.AtLeast(1, maps.Count);
        return new([.. maps]);
    }

    /// <summary>
    /// SSD's anchors: scales in equal steps from 0.2 on the first map to 0.95 on the last; ratios 1, 2, 1/2, 3 and 1/3 of each, and a
    /// square between it and the next one's. The first map, which has the most cells, has three small ones.
    /// </summary>
    /// <param name="sizes">Rows and columns of the feature maps, the finest first; for 300 x 300 pixels 19, 10, 5, 3, 2 and 1.</param>
    public static AnchorGrid Ssd(IReadOnlyList<(int Rows, int Columns)> sizes)
    {
        Require.AtLeast(2, sizes.Count);
        return new([.. sizes.Select((size, map) => new AnchorMap(size.Rows, size.Columns, Shapes(map, sizes.Count)))]);
    }

    private static AnchorShape[] Shapes(int map, int count)
    {
        if (map == 0)
        {
            return [AnchorShape.Of(LeastScale / 2, 1), AnchorShape.Of(LeastScale, 2), AnchorShape.Of(LeastScale, 0.5)];
        }

        double scale = Scale(map, count);
        double next = map == count - 1 ? 1 : Scale(map + 1, count);
        return
        [
            .. new[] { 1, 2, 0.5, 3, Third }.Select(ratio => AnchorShape.Of(scale, ratio)),
            AnchorShape.Of(Math.Sqrt(scale * next), 1),
        ];
    }

    private static double Scale(int map, int count) => LeastScale + ((MostScale - LeastScale) * map / (count - 1));

    private static IEnumerable<Anchor> Of(AnchorMap map) =>
        from row in Enumerable.Range(0, map.Rows)
        from column in Enumerable.Range(0, map.Columns)
        from shape in map.Shapes
        select new Anchor((row + 0.5f) / map.Rows, (column + 0.5f) / map.Columns, shape.Height, shape.Width);
}
