namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>Groups of photos that are the same, directly or by others between them.</summary>
internal static class PhotoGroups
{
    /// <summary>The number of each photo's group.</summary>
    /// <param name="count">Number of photos.</param>
    /// <param name="same">Pairs that are the same.</param>
    public static int[] Of(int count, IEnumerable<(int First, int Second)> same)
    {
        int[] parents = [.. Enumerable.Range(0, count)];
        foreach ((int first, int second) in same)
        {
            parents[Root(first)] = Root(second);
        }

        return [.. Enumerable.Range(0, count).Select(Root)];

        int Root(int photo)
        {
            while (parents[photo] != photo)
            {
                parents[photo] = parents[parents[photo]];
                photo = parents[photo];
            }

            return photo;
        }
    }
}
