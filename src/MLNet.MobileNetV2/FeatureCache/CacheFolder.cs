namespace MLNet.MobileNetV2.FeatureCache;

/// <summary>The folder of a cache: a sub-folder for each origin of features, with the parts in it. Other processes may use it at the same time.</summary>
internal static class CacheFolder
{
    public const string TemporaryExtension = ".tmp";

    // Longer than any part takes to write: what is older was left by a process that was killed.
    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(1);

    /// <summary>
    /// Deletes the parts that were written first until the rest has at most so many bytes less a sixteenth, where it has more than so many,
    /// and what killed processes left.
    /// </summary>
    /// <returns>The bytes that are left.</returns>
    public static long Trim(string folder, long maxBytes)
    {
        var parts = new List<(DateTime Written, string Path, long Length)>();
        long total = 0;
        DateTime now = DateTime.UtcNow;
        foreach (FileInfo file in Files(folder))
        {
            if (file.Extension == TemporaryExtension)
            {
                if (now - file.LastWriteTimeUtc > s_abandoned)
                {
                    TryDelete(file.FullName);
                }
            }
            else if (LengthOf(file) is { } length)
            {
                parts.Add((file.LastWriteTimeUtc, file.FullName, length));
                total += length;
            }
        }

        if (total <= maxBytes)
        {
            return total;
        }

        parts.Sort();
        long target = maxBytes - CacheBound.Slack(maxBytes);
        for (int i = 0; i < parts.Count && total > target; i++)
        {
            if (i == parts.Count - 1 && total <= maxBytes)
            {
                // The newest goes only where it alone is too much.
                break;
            }

            TryDelete(parts[i].Path);
            total -= parts[i].Length;
        }

        return total;
    }

    // Only names that this library gives: a folder that was named by mistake loses nothing.
    private static List<FileInfo> Files(string folder)
    {
        var files = new List<FileInfo>();
        try
        {
            foreach (DirectoryInfo origin in new DirectoryInfo(folder).EnumerateDirectories())
            {
                if (origin.Name.Length == FolderFeatureCache.FolderNameLength && origin.Name.All(char.IsAsciiHexDigitLower))
                {
                    files.AddRange(origin.EnumerateFiles().Where(IsOwn));
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody deletes the cache at this moment.
        }

        return files;
    }

    private static bool IsOwn(FileInfo file) =>
        file.Name.EndsWith(CachePart.Extension, StringComparison.Ordinal)
        || file.Name.EndsWith(CachePart.Extension + TemporaryExtension, StringComparison.Ordinal);

    private static long? LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            // Another process has deleted it.
            return null;
        }
    }

    /// <summary>Deletes a file, if it can be.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // On Windows it may be open in another process; the next one to trim deletes it.
        }
    }
}
