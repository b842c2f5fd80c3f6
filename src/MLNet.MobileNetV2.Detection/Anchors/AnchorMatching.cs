using MLNet.MobileNetV2.Detection.Boxes;

namespace MLNet.MobileNetV2.Detection.Anchors;

/// <summary>A box to learn, or a region of which nothing is to be learned.</summary>
internal readonly record struct MatchedTruth(RelativeBox Box, bool IsIgnored = false);

/// <summary>
/// Says which anchors learn which box, as SSD does: each box has its best anchor, and every other anchor that overlaps a box well enough
/// learns the one that it overlaps most.
/// </summary>
internal static class AnchorMatching
{
    /// <summary>The anchor is background.</summary>
    public const int Background = -1;

    /// <summary>The anchor learns nothing: most of it lies in a region to ignore.</summary>
    public const int Ignored = -2;

    private const double Threshold = 0.5;

    /// <summary>For each anchor the index of its box, <see cref="Background"/> or <see cref="Ignored"/>.</summary>
    /// <remarks>
    /// Boxes without area, or that no anchor overlaps, get none. Where two want the same anchor, that with the larger overlap has it (of
    /// equal ones the first), and the other one its next best. Crowds are regions to ignore; SSD learns difficult boxes as it does others.
    /// </remarks>
    public static int[] Match(IReadOnlyList<Anchor> anchors, IReadOnlyList<MatchedTruth> truths)
    {
        RelativeBox[] boxes = [.. anchors.Select(anchor => anchor.Box)];
        int[] match = [.. boxes.Select(_ => Background)];
        double[] overlap = new double[boxes.Length];
        var wishes = new PriorityQueue<Wish, Wish>(Wish.BestFirst);
        for (int truth = 0; truth < truths.Count; truth++)
        {
            if (truths[truth].IsIgnored)
            {
                continue;
            }

            Wish best = default;
            for (int anchor = 0; anchor < boxes.Length; anchor++)
            {
                double found = boxes[anchor].Overlap(truths[truth].Box);
                best = found > best.Overlap ? new(truth, anchor, found) : best;
                if (found >= Threshold && found > overlap[anchor])
                {
                    (match[anchor], overlap[anchor]) = (truth, found);
                }
            }

            Enqueue(wishes, best);
        }

        GiveEachItsBest(boxes, truths, wishes, match);
        Ignore(boxes, truths, match);
        return match;
    }

    private static void GiveEachItsBest(
        RelativeBox[] boxes, IReadOnlyList<MatchedTruth> truths, PriorityQueue<Wish, Wish> wishes, int[] match)
    {
        var taken = new HashSet<int>();
        while (wishes.TryDequeue(out Wish wish, out _))
        {
            if (taken.Add(wish.Anchor))
            {
                match[wish.Anchor] = wish.Truth;
                continue;
            }

            Wish next = default;
            for (int anchor = 0; anchor < boxes.Length; anchor++)
            {
                double found = taken.Contains(anchor) ? 0 : boxes[anchor].Overlap(truths[wish.Truth].Box);
                next = found > next.Overlap ? new(wish.Truth, anchor, found) : next;
            }

            Enqueue(wishes, next);
        }
    }

    private static void Enqueue(PriorityQueue<Wish, Wish> wishes, Wish wish)
    {
        if (wish.Overlap > 0)
        {
            wishes.Enqueue(wish, wish);
        }
    }

    // The share of the anchor counts: a region is often far larger than any anchor in it.
    private static void Ignore(RelativeBox[] boxes, IReadOnlyList<MatchedTruth> truths, int[] match)
    {
        foreach (MatchedTruth region in truths.Where(truth => truth.IsIgnored))
        {
            for (int anchor = 0; anchor < boxes.Length; anchor++)
            {
                if (match[anchor] == Background && boxes[anchor].Intersection(region.Box) >= Threshold * boxes[anchor].Area)
                {
                    match[anchor] = Ignored;
                }
            }
        }
    }

    private readonly record struct Wish(int Truth, int Anchor, double Overlap)
    {
        public static Comparer<Wish> BestFirst { get; } = Comparer<Wish>.Create(
            (a, b) => a.Overlap != b.Overlap ? b.Overlap.CompareTo(a.Overlap) : a.Truth.CompareTo(b.Truth));
    }
}
