namespace MLNet.MobileNetV2.Parquet;

/// <summary>
/// Gathers the shares of feature files that are read together, and finds those that are missing or doubled. Not thread-safe.
/// </summary>
internal sealed class FeatureShareSet
{
    private const int MaxNamed = 20;

    private readonly Dictionary<(string List, int Count), SortedDictionary<int, string>> _lists = [];

    /// <summary>Whether all shares are of one list.</summary>
    public bool IsOneList => _lists.Count == 1;

    /// <summary>Adds a file's share.</summary>
    /// <exception cref="FeatureFileException">Another file has it too.</exception>
    public void Add(string path, FeatureShare share)
    {
        if (!_lists.TryGetValue((share.List, share.Count), out SortedDictionary<int, string>? files))
        {
            _lists[(share.List, share.Count)] = files = [];
        }

        if (!files.TryAdd(share.Number, path))
        {
            throw new FeatureFileException(
                path, $"it holds share {share}, which '{files[share.Number]}' holds too: its images would count twice.");
        }
    }

    /// <summary>Checks that every list is divided in one way, and that no share is missing.</summary>
    /// <exception cref="FeatureFileException">A list is divided in two ways, or a share is missing.</exception>
    public void CheckWhole()
    {
        CheckCounts();
        foreach (((string list, int count), SortedDictionary<int, string> files) in _lists)
        {
            if (files.Count < count)
            {
                int[] missing = [.. Enumerable.Range(1, count).Where(number => !files.ContainsKey(number)).Take(MaxNamed + 1)];
                string named = string.Join(", ", missing.Take(MaxNamed).Select(number => new FeatureShare(number, count, list)))
                    + (missing.Length > MaxNamed ? ", and more" : string.Empty);
                throw new FeatureFileException(
                    files.First().Value,
                    $"it holds share {new FeatureShare(files.First().Key, count, list)} of a list, "
                    + $"and of that list these shares are missing: {named}."
                    + (_lists.Count > 1
                        ? " Other files hold shares of another list: all shares must be made from the same one."
                        : string.Empty));
            }
        }
    }

    private void CheckCounts()
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (((string list, int count), SortedDictionary<int, string> files) in _lists)
        {
            if (!counts.TryAdd(list, count))
            {
                (int number, string path) = _lists[(list, counts[list])].First();
                throw new FeatureFileException(
                    files.First().Value,
                    $"it holds share {new FeatureShare(files.First().Key, count, list)} of a list of which "
                    + $"'{path}' holds share {new FeatureShare(number, counts[list], list)}: "
                    + "images would count twice. Name the files of one of the two, or move the others away.");
            }
        }
    }
}
