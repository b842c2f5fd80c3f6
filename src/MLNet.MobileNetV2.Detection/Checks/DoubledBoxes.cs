namespace MLNet.MobileNetV2.Detection.Checks;

/// <summary>Finds boxes that a photo has twice.</summary>
internal static class DoubledBoxes
{
    private const double Same = 0.99;

    /// <summary>
    /// For each box whether one before it has the same class, is as much a crowd or difficult, and covers the same.
    /// </summary>
    public static bool[] Find(IReadOnlyList<LabelledBox> boxes, CancellationToken cancellationToken)
    {
        bool[] isDoubled = new bool[boxes.Count];
        var seen = new HashSet<LabelledBox>();
        for (int index = 0; index < boxes.Count; index++)
        {
            isDoubled[index] = !seen.Add(boxes[index]);
        }

        foreach (
            IGrouping<(string, bool, bool), int> alike in Enumerable.Range(0, boxes.Count)
                .Where(index => !isDoubled[index] && boxes[index].Box is { IsFinite: true, Area: > 0 })
                .GroupBy(index => (boxes[index].Label, boxes[index].IsCrowd, boxes[index].IsDifficult)))
        {
            Mark(boxes, [.. alike.OrderBy(index => boxes[index].Box.X)], isDoubled, cancellationToken);
        }

        return isDoubled;
    }

    // Boxes that cover the same begin within a hundredth of their width: from left to right, few are compared.
    private static void Mark(IReadOnlyList<LabelledBox> boxes, int[] fromTheLeft, bool[] isDoubled, CancellationToken cancellationToken)
    {
        for (int place = 0; place < fromTheLeft.Length; place++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BoundingBox box = boxes[fromTheLeft[place]].Box;
            double reach = box.X + (((1 / Same) - Same) * box.Width);
            for (int next = place + 1; next < fromTheLeft.Length && boxes[fromTheLeft[next]].Box.X <= reach; next++)
            {
                if (boxes[fromTheLeft[next]].Box.IntersectionOverUnion(box) >= Same)
                {
                    isDoubled[Math.Max(fromTheLeft[place], fromTheLeft[next])] = true;
                }
            }
        }
    }
}
