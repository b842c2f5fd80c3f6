using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Data;

/// <summary>Deals images to the folds of a cross-validation: classes evenly, groups whole.</summary>
internal static class GroupedFolds
{
    /// <summary>The fold of an image that is trained on in every fold, and never tested.</summary>
    public const int Never = -1;

    /// <summary>
    /// Deals the groups, large ones first and those of equal size in random order, each to the fold that has the smallest share of its
    /// classes. A fold never gets all images of a class, of which nothing could be learned without it: a group that would bring that about
    /// everywhere is never tested.
    /// </summary>
    /// <param name="labels">The class of each image, from 0.</param>
    /// <param name="groups">The group of each image, from 0; each image its own where it stands for itself.</param>
    /// <param name="folds">Number of folds.</param>
    /// <param name="seed">Decides the random order.</param>
    /// <returns>The fold of each image, or <see cref="Never"/>.</returns>
    public static int[] Deal(IReadOnlyList<int> labels, IReadOnlyList<int> groups, int folds, int seed)
    {
        int classCount = labels.Max() + 1;
        int[][] members = [.. groups.Index().GroupBy(image => image.Item, image => image.Index).Select(group => group.ToArray())];
        new SplitMix64(seed).Shuffle<int[]>(members);
        int[] totals = new int[classCount];
        var counts = new Dictionary<int, int>[members.Length];
        for (int group = 0; group < members.Length; group++)
        {
            counts[group] = members[group].CountBy(image => labels[image]).ToDictionary();
            foreach ((int label, int count) in counts[group])
            {
                totals[label] += count;
            }
        }

        int[] dealt = new int[labels.Count];
        int[][] taken = [.. Enumerable.Range(0, folds).Select(_ => new int[classCount])];
        int[] sizes = new int[folds];
        foreach (int group in Enumerable.Range(0, members.Length).OrderByDescending(group => members[group].Length))
        {
            Dictionary<int, int> own = counts[group];
            int fold = Enumerable.Range(0, folds)
                .Where(fold => own.All(pair => taken[fold][pair.Key] + pair.Value < totals[pair.Key]))
                .OrderBy(fold => (Unevenness(taken[fold], own, totals), sizes[fold]))
                .FirstOrDefault(Never);
            foreach (int image in members[group])
            {
                dealt[image] = fold;
            }

            if (fold != Never)
            {
                sizes[fold] += members[group].Length;
                foreach ((int label, int count) in own)
                {
                    taken[fold][label] += count;
                }
            }
        }

        return dealt;
    }

    // How much the sum of the squared shares of the classes grows.
    private static double Unevenness(int[] taken, Dictionary<int, int> group, int[] totals) => group.Sum(pair =>
    {
        (double before, double after) = (taken[pair.Key], taken[pair.Key] + pair.Value);
        return ((after * after) - (before * before)) / ((double)totals[pair.Key] * totals[pair.Key]);
    });
}
