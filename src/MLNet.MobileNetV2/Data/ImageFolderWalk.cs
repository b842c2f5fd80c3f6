using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Data;

/// <summary>Walks an image folder by name alone. For one walk; not thread-safe.</summary>
/// <remarks>
/// Links to folders are followed at every depth, but in each sub-folder of the root, which is a class, every real folder is walked once:
/// as itself where it lies there, else under the first link to it, by depth and then by name. A link to a folder that it lies in, or that
/// the root lies in, is skipped. So the work is bounded by the number of real folders times that of classes, whatever the links.
/// </remarks>
internal sealed class ImageFolderWalk(string root, CancellationToken cancellationToken)
{
    private static readonly EnumerationOptions s_everyEntry = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly string _realRoot = RealPath.Of(root) ?? Path.GetFullPath(root);
    private readonly List<string> _folders = [];
    private readonly List<string> _images = [];
    private readonly List<string> _others = [];

    /// <summary>A folder: its name below the root with '/' between the parts, and where it really is.</summary>
    private readonly record struct Place(string Name, string Real);

    /// <summary>Walks the folder.</summary>
    /// <exception cref="ImageFolderException">A folder cannot be listed, or a link leads nowhere.</exception>
    public ImageFolderContent Run()
    {
        var classes = new List<Place>();
        List(new(string.Empty, _realRoot), classes, classes);
        foreach (Place place in classes)
        {
            _folders.Add(place.Name);
            Walk(place);
        }

        _folders.Sort(StringComparer.Ordinal);
        _images.Sort(StringComparer.Ordinal);
        _others.Sort(StringComparer.Ordinal);
        return new(_folders, _images, _others);
    }

    private void Walk(Place place)
    {
        var seen = new HashSet<string>(RealPath.Comparer);
        List<Place> links = WalkWithoutLinks(place, seen, isLink: false);
        while (links.Count > 0)
        {
            var deeper = new List<Place>();
            foreach (Place link in links.OrderBy(link => link.Name, StringComparer.Ordinal))
            {
                deeper.AddRange(WalkWithoutLinks(link, seen, isLink: true));
            }

            links = deeper;
        }
    }

    // A tree without links holds no folder twice, in any case.
    private List<Place> WalkWithoutLinks(Place start, HashSet<string> seen, bool isLink)
    {
        var links = new List<Place>();
        var folders = new List<Place> { start };
        while (folders.Count > 0)
        {
            Place place = folders[^1];
            folders.RemoveAt(folders.Count - 1);
            if (seen.Add(place.Real) || !isLink)
            {
                List(place, folders, links);
            }
        }

        return links;
    }

    private void List(Place place, List<Place> folders, List<Place> links)
    {
        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(PathOf(place.Name)).EnumerateFileSystemInfos("*", s_everyEntry))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!SystemEntries.Contains(entry.Name))
                {
                    Add(place, entry, folders, links);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ImageFolderException(
                root,
                $"the folder '{PathOf(place.Name)}' cannot be listed: {error.Message} Restore it or the right to read it, or remove it.",
                error);
        }
    }

    private void Add(Place place, FileSystemInfo entry, List<Place> folders, List<Place> links)
    {
        string name = place.Name.Length == 0 ? entry.Name : $"{place.Name}/{entry.Name}";
        if (entry is not DirectoryInfo && ImageFormats.HasImageExtension(name))
        {
            _images.Add(name);
        }
        else if (entry.LinkTarget is { } target)
        {
            AddLink(place, name, target, links);
        }
        else if (entry is DirectoryInfo)
        {
            folders.Add(new(name, Path.Join(place.Real, entry.Name)));
        }
        else
        {
            _others.Add(name);
        }
    }

    private void AddLink(Place place, string name, string target, List<Place> links)
    {
        string real = RealPath.Of(PathOf(name)) ?? throw new ImageFolderException(
            root, $"the link '{PathOf(name)}' leads to '{target}', which does not exist or may not be read. Mount or restore it, "
                + "or remove the link.");
        if (!Directory.Exists(real))
        {
            _others.Add(name);
        }
        else if (!RealPath.Holds(real, place.Real) && !RealPath.Holds(real, _realRoot))
        {
            links.Add(new(name, real));
        }
    }

    private string PathOf(string name) => ImageFolderContent.PathOf(root, name);
}

/// <summary>
/// The content of an image folder, by name alone, in ordinal order: sub-folders, and images and other files at every depth, with '/'
/// between the parts.
/// </summary>
internal sealed record ImageFolderContent(IReadOnlyList<string> Folders, IReadOnlyList<string> Images, IReadOnlyList<string> Others)
{
    /// <summary>The path of an entry: the folder as given, joined with the name in the system's own notation.</summary>
    public static string PathOf(string folder, string name) => Path.Join(folder, name.Replace('/', Path.DirectorySeparatorChar));
}

/// <summary>Files and folders that file systems, file managers and network stores create beside the user's.</summary>
internal static class SystemEntries
{
    // Synology and QNAP keep thumbnails, deleted files and snapshots; Windows and macOS views, indexes and the bin; macOS's archives a
    // second half of every file; Linux what a repair found.
    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "@eaDir", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot",
        "Thumbs.db", "ehthumbs.db", "desktop.ini", "$RECYCLE.BIN", "RECYCLER", "System Volume Information",
        "__MACOSX", "Icon\r",
        "lost+found",
    };

    /// <summary>Whether a file or folder of that name is hidden or a system's, in any case.</summary>
    public static bool Contains(string name) => name.StartsWith('.') || s_names.Contains(name);
}
