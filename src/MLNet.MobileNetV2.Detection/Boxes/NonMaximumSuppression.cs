using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.Detection.Boxes;

/// <summary>A row of a detector's output that is kept: which one, its class and that class's score.</summary>
internal readonly record struct KeptBox(int Row, int Class, float Score);

/// <summary>
/// Of boxes that overlap keeps the one with the best score. Rows come best first; of equal scores, the lower row first, then the lower
/// class.
/// </summary>
/// <param name="scoreThreshold">Rows must have more than this.</param>
/// <param name="overlapThreshold">A row whose intersection over union with a better one is at least this is dropped.</param>
/// <param name="top">Most rows that are kept.</param>
internal sealed class NonMaximumSuppression(float scoreThreshold, float overlapThreshold, int top)
{
    /// <summary>Each row stands for its best class alone (of equal ones the first), and suppresses others whatever their class.</summary>
    /// <param name="boxes">A box a row.</param>
    /// <param name="scores">The classes' scores of the first row, then those of the second.</param>
    public IReadOnlyList<KeptBox> AcrossClasses(ReadOnlySpan<RelativeBox> boxes, ReadOnlySpan<float> scores)
    {
        int classes = ClassCount(boxes, scores);
        var candidates = new List<KeptBox>();
        for (int row = 0; row < boxes.Length; row++)
        {
            ReadOnlySpan<float> ofRow = scores.Slice(row * classes, classes);
            int best = 0;
            for (int index = 1; index < classes; index++)
            {
                best = ofRow[index] > ofRow[best] || float.IsNaN(ofRow[best]) ? index : best;
            }

            AddCandidate(candidates, new(row, best, ofRow[best]));
        }

        return Keep(boxes, candidates, isPerClass: false);
    }

    /// <summary>Every class of a row is a candidate, and suppresses others of its class.</summary>
    /// <inheritdoc cref="AcrossClasses" path="/param"/>
    public IReadOnlyList<KeptBox> PerClass(ReadOnlySpan<RelativeBox> boxes, ReadOnlySpan<float> scores)
    {
        int classes = ClassCount(boxes, scores);
        var candidates = new List<KeptBox>();
        for (int index = 0; index < scores.Length; index++)
        {
            AddCandidate(candidates, new(index / classes, index % classes, scores[index]));
        }

        return Keep(boxes, candidates, isPerClass: true);
    }

    private static int ClassCount(ReadOnlySpan<RelativeBox> boxes, ReadOnlySpan<float> scores)
    {
        int classes = boxes.Length == 0 ? 0 : scores.Length / boxes.Length;
        return classes * boxes.Length == scores.Length && (classes > 0 || boxes.Length == 0)
            ? classes
            : throw new ArgumentException($"There are {scores.Length} scores of {boxes.Length} boxes.", nameof(scores));
    }

    private void AddCandidate(List<KeptBox> candidates, KeptBox candidate)
    {
        if (candidate.Score > scoreThreshold)
        {
            candidates.Add(candidate);
        }
    }

    private List<KeptBox> Keep(ReadOnlySpan<RelativeBox> boxes, List<KeptBox> candidates, bool isPerClass)
    {
        CollectionsMarshal.AsSpan(candidates).Sort((a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score)
            : a.Row != b.Row ? a.Row.CompareTo(b.Row)
            : a.Class.CompareTo(b.Class));
        var kept = new List<KeptBox>();
        foreach (KeptBox candidate in candidates)
        {
            if (kept.Count >= top)
            {
                break;
            }

            if (!IsSuppressed(boxes, candidate, kept, isPerClass))
            {
                kept.Add(candidate);
            }
        }

        return kept;
    }

    private bool IsSuppressed(ReadOnlySpan<RelativeBox> boxes, KeptBox candidate, List<KeptBox> kept, bool isPerClass)
    {
        foreach (KeptBox better in kept)
        {
            if ((!isPerClass || better.Class == candidate.Class) && boxes[candidate.Row].Overlap(boxes[better.Row]) >= overlapThreshold)
            {
                return true;
            }
        }

        return false;
    }
}
