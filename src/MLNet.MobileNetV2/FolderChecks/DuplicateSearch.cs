using System.Collections.Concurrent;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>Finds photos that are the same, in all pairs of a set.</summary>
internal static class DuplicateSearch
{
    // Of one colour, all photos are alike.
    private const double LeastDeviation = 4;

    // Of 64 bits, unrelated photos differ in 32 on the mean.
    private const int MostBits = 12;

    /// <summary>Least cosine of the features of photos that may be the same one.</summary>
    public const float LeastCosine = 0.8f;

    /// <summary>Files that are equal, by groups of two or more, in order.</summary>
    public static int[][] Exact(IReadOnlyList<ImageThumbnail> images) =>
    [
        .. images.Index().GroupBy(image => image.Item.Hash, image => image.Index, StringComparer.Ordinal)
            .Select(group => group.ToArray()).Where(group => group.Length > 1),
    ];

    /// <summary>Photos that are the same, but not the same file.</summary>
    /// <param name="images">The photos.</param>
    /// <param name="near">For each the later ones whose features are near its own.</param>
    /// <param name="cancellationToken">Looked at between photos.</param>
    public static IReadOnlyList<(int First, int Second, DuplicateKind Kind, double Similarity)> Near(
        IReadOnlyList<ImageThumbnail> images, IReadOnlyList<int>[] near, CancellationToken cancellationToken)
    {
        // Of equal files the first stands for all.
        bool[] isLooked = new bool[images.Count];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int image = 0; image < images.Count; image++)
        {
            isLooked[image] = seen.Add(images[image].Hash) && images[image].Deviation >= LeastDeviation;
        }

        ComparedPhoto[] compared = [.. images.Select(image => new ComparedPhoto(image))];
        var hashes = new ulong[images.Count][];
        var loop = new ParallelLoop(0, cancellationToken);
        loop.For(images.Count, image => hashes[image] = isLooked[image]
            ? DifferenceHash.OfOrientations(images[image].Grey, ImageThumbnail.Side)
            : []);
        var found = new ConcurrentBag<(int First, int Second, DuplicateKind Kind, double Similarity)>();
        loop.For(images.Count, first =>
        {
            if (!isLooked[first])
            {
                return;
            }

            foreach (int second in near[first].Union(Alike(hashes, first)).Where(second => isLooked[second]))
            {
                if (ThumbnailMatch.Of(compared[first], compared[second]) is { } match)
                {
                    found.Add((first, second, match.Kind, match.Similarity));
                }
            }
        });
        return [.. found.OrderBy(pair => (pair.First, pair.Second))];
    }

    private static IEnumerable<int> Alike(ulong[][] hashes, int first)
    {
        for (int second = first + 1; second < hashes.Length; second++)
        {
            foreach (ulong turned in hashes[second])
            {
                if (DifferenceHash.Distance(hashes[first][0], turned) <= MostBits)
                {
                    yield return second;
                    break;
                }
            }
        }
    }
}
