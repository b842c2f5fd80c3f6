namespace MLNet.MobileNetV2.Parquet;

/// <summary>Feature files that go together. Immutable and thread-safe.</summary>
/// <param name="Files">The files in order: shares of one list by number, others as they were named.</param>
/// <param name="Origin">What the features of all came from.</param>
internal sealed record FeatureFileSet(IReadOnlyList<FeatureFileEntry> Files, FeatureOrigin Origin)
{
    public long RowCount => Files.Sum(file => file.RowCount);

    /// <summary>Finds the files and checks that they agree.</summary>
    /// <param name="patterns">Files, folders (of which every <c>.parquet</c> counts), or names with * and ? in their last part.</param>
    /// <exception cref="FeatureFileException">
    /// There is no file, one is damaged or named twice, two do not agree or hold the same images, or a share is missing or there twice. A
    /// share that is named alone can be read without the others.
    /// </exception>
    public static FeatureFileSet Open(IEnumerable<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        string[] named = [.. patterns];
        string[] paths = [.. named.SelectMany(Expand)];
        if (paths.Length == 0)
        {
            throw new ArgumentException("No feature file was named.", nameof(patterns));
        }

        FeatureOrigin? first = null;
        var files = new List<FeatureFileEntry>(paths.Length);
        var known = new HashSet<string>(StringComparer.Ordinal);
        var contents = new Dictionary<string, string>(StringComparer.Ordinal);
        var shares = new FeatureShareSet();
        var numbers = new List<int>();
        foreach (string path in paths)
        {
            string fullPath = Path.GetFullPath(path);
            if (!known.Add(fullPath))
            {
                throw new FeatureFileException(path, "it is named twice: its images would count twice.");
            }

            using FeatureFile file = FeatureFile.Open(fullPath, path);
            first ??= file.Origin;
            if (first.DifferenceFrom(file.Origin) is { } difference)
            {
                throw new FeatureFileException(
                    path, $"its features do not go together with those of '{paths[0]}': they differ in {difference}.");
            }

            if (file.Share is { } share)
            {
                shares.Add(path, share);
                numbers.Add(share.Number);
            }

            // By what is in them: a link, another spelling on a disk that ignores case, and a copy all come out here.
            if (!contents.TryAdd(file.Fingerprint, path) && file.RowCount > 0)
            {
                throw new FeatureFileException(
                    path, $"it holds the same as '{contents[file.Fingerprint]}': its images would count twice. Name one of the two.");
            }

            files.Add(new(path, fullPath, file.RowCount, file.Fingerprint));
        }

        if (named is not [var single] || paths[0] != single)
        {
            shares.CheckWhole();
        }

        // Names sort 10 before 2; the list that the shares are of has them by number.
        bool isOneList = shares.IsOneList && numbers.Count == paths.Length;
        return new(isOneList ? [.. files.Zip(numbers).OrderBy(pair => pair.Second).Select(pair => pair.First)] : files, first!);
    }

    private static IEnumerable<string> Expand(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        if (File.Exists(pattern))
        {
            return [pattern];
        }

        bool isFolder = Directory.Exists(pattern);
        string folder = isFolder ? pattern : Path.GetDirectoryName(pattern) is { Length: > 0 } parent ? parent : ".";
        string name = isFolder ? "*" + FeatureFileLayout.Extension : Path.GetFileName(pattern);
        if (!name.AsSpan().ContainsAny('*', '?') || !Directory.Exists(folder))
        {
            throw new FeatureFileException(pattern, "there is no such file.");
        }

        // Names that begin with a dot are files that are being written.
        string[] found =
        [
            .. Directory.EnumerateFiles(folder, name, new EnumerationOptions { MatchType = MatchType.Simple })
                .Where(path => !Path.GetFileName(path).StartsWith('.'))
                .Order(StringComparer.Ordinal),
        ];
        return found.Length > 0 ? found : throw new FeatureFileException(pattern, "no file has such a name.");
    }
}

/// <summary>
/// One of the feature files that are read together, as it was when they were found: as the caller named it, its full path, and what tells
/// its images from others. Immutable and thread-safe.
/// </summary>
internal sealed record FeatureFileEntry(string Name, string Path, long RowCount, string Fingerprint);
