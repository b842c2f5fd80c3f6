namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>Why photos are set aside after a check: the folder of the reason, and a sentence.</summary>
internal static class FixReasons
{
    /// <summary>The reasons, the weightiest first; a photo may have several.</summary>
    public static IEnumerable<(string Path, string Kind, string Reason)> Of(ImageDatasetCheck check)
    {
        foreach (BadImage image in check.Unreadable.Where(image => image.Path is not null))
        {
            yield return (image.Path!, "unreadable", image.Reason);
        }

        foreach (DuplicateImages pair in check.ConflictingLabels)
        {
            yield return (pair.First, "conflicting-labels", $"the same as '{pair.Second}', which has another label");
            yield return (pair.Second, "conflicting-labels", $"the same as '{pair.First}', which has another label");
        }

        foreach (DuplicateImages pair in check.Leakage)
        {
            yield return (pair.First, "leakage", $"the same as '{pair.Second}' ({Name(pair.Kind)})");
        }

        foreach (IReadOnlyList<string> group in check.ExactDuplicates)
        {
            foreach (string path in group.Skip(1))
            {
                yield return (path, "duplicates", $"the same file as '{group[0]}'");
            }
        }

        foreach (DuplicateImages pair in check.NearDuplicates.Where(pair => pair.Kind == DuplicateKind.Copy))
        {
            yield return (pair.Second, "duplicates", $"a copy of '{pair.First}'");
        }

        foreach (LikelyWrongLabel photo in check.LikelyWrong)
        {
            yield return (photo.Path, "likely-wrong", FormattableString.Invariant(
                $"labelled '{photo.Label}', and looks like '{photo.Suggested}' ({photo.Probability:P0})"));
        }
    }

    /// <summary>A kind in lower case, as JSON and plans have it.</summary>
    public static string Name(DuplicateKind kind) => kind.ToString().ToLowerInvariant();
}
