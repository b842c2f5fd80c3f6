using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Data;

/// <summary>What lies in an image folder, by name alone: no file is opened.</summary>
/// <param name="Folders">Names of its sub-folders in ordinal order.</param>
/// <param name="Pictures">Names of the pictures at every depth below the folder, with '/' between the parts, in ordinal order.</param>
/// <param name="Others">Names of the files that are not pictures, likewise.</param>
internal sealed record ImageFolderContent(IReadOnlyList<string> Folders, IReadOnlyList<string> Pictures, IReadOnlyList<string> Others)
{
    private static readonly EnumerationOptions EveryEntry = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Lists the folder. Names that start with '.' are left out.</summary>
    /// <remarks>
    /// Links to files are listed. A link to a folder is followed directly in <paramref name="folder"/>, unless it leads back to that
    /// folder or above it, and nowhere deeper: so no chain of links is walked twice or without end.
    /// </remarks>
    public static ImageFolderContent Of(string folder, CancellationToken cancellationToken)
    {
        var folders = new List<string>();
        var pictures = new List<string>();
        var others = new List<string>();
        var pending = new Stack<string>([string.Empty]);
        while (pending.TryPop(out string? parent))
        {
            bool isTop = parent.Length == 0;
            foreach (FileSystemInfo entry in new DirectoryInfo(PathOf(folder, parent)).EnumerateFileSystemInfos("*", EveryEntry))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry.Name.StartsWith('.'))
                {
                    continue;
                }

                string name = isTop ? entry.Name : $"{parent}/{entry.Name}";
                if (entry is DirectoryInfo directory)
                {
                    if (IsFollowed(directory, folder, isTop))
                    {
                        pending.Push(name);
                        if (isTop)
                        {
                            folders.Add(name);
                        }
                    }
                }
                else if (ImageFormats.HasImageExtension(entry.Name))
                {
                    pictures.Add(name);
                }
                else
                {
                    others.Add(name);
                }
            }
        }

        folders.Sort(StringComparer.Ordinal);
        pictures.Sort(StringComparer.Ordinal);
        others.Sort(StringComparer.Ordinal);
        return new(folders, pictures, others);
    }

    /// <summary>The path of an entry: the folder as given, joined with the name in the system's own notation.</summary>
    public static string PathOf(string folder, string name) => Path.Join(folder, name.Replace('/', Path.DirectorySeparatorChar));

    private static bool IsFollowed(DirectoryInfo directory, string folder, bool isTop)
    {
        if (!directory.Attributes.HasFlag(FileAttributes.ReparsePoint) || directory.LinkTarget is null)
        {
            return true;
        }

        return isTop && directory.ResolveLinkTarget(returnFinalTarget: true) is { } target && !Holds(target.FullName, folder);
    }

    private static bool Holds(string outer, string inner)
    {
        string relative = Path.GetRelativePath(outer, Path.GetFullPath(inner));
        bool isOutside = relative == ".."
            || relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            || Path.IsPathRooted(relative);
        return !isOutside;
    }
}
