using MLNet.MobileNetV2.Detection.Anchors;

namespace MLNet.MobileNetV2.Detection.Training.Gradients;

/// <summary>
/// The order of anchors in which those of one shape on one map follow each other, by row and column, as predictors give their values. The
/// anchors of a grid go by row, column and shape. Immutable and thread-safe.
/// </summary>
internal sealed class AnchorOrder
{
    /// <summary>Orders the anchors of a grid.</summary>
    public AnchorOrder(AnchorGrid grid)
    {
        Maps = grid.Maps;
        Places = new int[grid.Anchors.Count];
        int start = 0;
        foreach (AnchorMap map in grid.Maps)
        {
            (int cells, int shapes) = (map.Rows * map.Columns, map.Shapes.Count);
            for (int i = 0; i < cells * shapes; i++)
            {
                Places[start + i] = start + (i % shapes * cells) + (i / shapes);
            }

            start += cells * shapes;
        }
    }

    public IReadOnlyList<AnchorMap> Maps { get; }

    /// <summary>The place of each anchor of the grid.</summary>
    public int[] Places { get; }

    /// <summary>Number of anchors.</summary>
    public int Count => Places.Length;
}
