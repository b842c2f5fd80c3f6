using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Detection.Anchors;

/// <summary>Fits anchors to the boxes of a data set: k-means with 1 - intersection over union as the distance.</summary>
internal static class AnchorFitting
{
    private const int MostRounds = 300;

    // Of two boxes that are not equal, however little they differ.
    private const double LeastDistance = 1e-9;

    /// <summary>
    /// The same maps with as many anchors a cell, fitted. Each box counts for the map whose anchors' size is nearest to its own; a map
    /// with fewer different boxes than anchors keeps those that it has.
    /// </summary>
    public static AnchorGrid Fit(AnchorGrid start, IReadOnlyList<AnchorShape> boxes, int seed)
    {
        double[] sizes = [.. start.Maps.Select(map => map.Shapes.Average(LogSize))];
        ILookup<int, AnchorShape> byMap = boxes.Where(box => box.Height > 0 && box.Width > 0)
            .ToLookup(box => sizes.Index().MinBy(size => Math.Abs(size.Item - LogSize(box))).Index);
        return AnchorGrid.Create(
        [
            .. start.Maps.Select((map, index) => byMap[index].Distinct().Count() < map.Shapes.Count
                ? map
                : map with { Shapes = Cluster([.. byMap[index]], map.Shapes.Count, seed) }),
        ]);
    }

    /// <summary>The mean over boxes of the overlap with the best of the shapes, when both have one centre.</summary>
    public static double MeanOverlap(IReadOnlyList<AnchorShape> shapes, IReadOnlyList<AnchorShape> boxes) =>
        boxes.Average(box => shapes.Max(box.Overlap));

    /// <summary>The centres of so many clusters, from small to large. There must be as many different boxes.</summary>
    public static AnchorShape[] Cluster(AnchorShape[] boxes, int count, int seed)
    {
        AnchorShape[] centres = Start(boxes, count, seed);
        int[] nearest = new int[boxes.Length];
        for (int round = 0; round < MostRounds; round++)
        {
            bool isChanged = round == 0;
            for (int box = 0; box < boxes.Length; box++)
            {
                int now = centres.Index().MaxBy(centre => centre.Item.Overlap(boxes[box])).Index;
                isChanged |= now != nearest[box];
                nearest[box] = now;
            }

            if (!isChanged)
            {
                break;
            }

            // A centre that no box is nearest to stays where it is.
            foreach (IGrouping<int, AnchorShape> cluster in boxes.Zip(nearest).GroupBy(pair => pair.Second, pair => pair.First))
            {
                centres[cluster.Key] = new(cluster.Average(box => box.Height), cluster.Average(box => box.Width));
            }
        }

        return [.. centres.OrderBy(LogSize)];
    }

    // k-means++: the next centre is a box drawn with its squared distance from the nearest centre so far.
    private static AnchorShape[] Start(AnchorShape[] boxes, int count, int seed)
    {
        var random = new SplitMix64(seed);
        var centres = new List<AnchorShape> { boxes[random.NextInt32(boxes.Length)] };
        double[] distances = [.. boxes.Select(_ => 1.0)];
        while (centres.Count < count)
        {
            for (int box = 0; box < boxes.Length; box++)
            {
                distances[box] = boxes[box] == centres[^1]
                    ? 0
                    : Math.Min(distances[box], Math.Max(1 - centres[^1].Overlap(boxes[box]), LeastDistance));
            }

            double drawn = random.NextDouble(0, distances.Sum(distance => distance * distance));
            int next = -1;
            for (int box = 0; box < boxes.Length && (next < 0 || drawn > 0); box++)
            {
                if (distances[box] > 0)
                {
                    next = box;
                    drawn -= distances[box] * distances[box];
                }
            }

            centres.Add(boxes[next]);
        }

        return [.. centres];
    }

    private static double LogSize(AnchorShape shape) => Math.Log(Math.Max((double)shape.Height * shape.Width, double.Epsilon));
}
