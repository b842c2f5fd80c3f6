using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Data;

/// <summary>Reads folders of pictures by name. No file is opened: a damaged picture shows itself when it is used.</summary>
/// <remarks>
/// Pictures are files that end in .jpg, .jpeg, .png, .webp, .bmp or .gif in any case. Files and folders whose names start with '.' are
/// left out. The order is ordinal by the name below the folder, with '/' between its parts, so it is the same on every system.
/// Links to files count as files. A link to a folder is followed where it lies directly in the given folder (a class kept elsewhere)
/// and does not lead back to it; deeper links to folders are left out, so links cannot lead the reader in a circle.
/// Thread-safe.
/// </remarks>
public static class ImageFolder
{
    /// <summary>Lists the pictures of a folder with one sub-folder per class, at every depth below it.</summary>
    /// <param name="path">The folder. Pictures that lie directly in it have no class and are left out.</param>
    /// <param name="options">What the folder must hold; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The pictures in order, the classes one after another.</returns>
    /// <exception cref="ImageFolderException">
    /// The folder is missing or a file, holds no sub-folder or too few, or a sub-folder holds no picture.
    /// </exception>
    public static IReadOnlyList<ImageFile> Read(
        string path, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ImageFolderContent content = List(path, ImageFolderCheck.Layout, cancellationToken);
        var files = new List<ImageFile>(content.Pictures.Count);
        var labels = new HashSet<string>(StringComparer.Ordinal);
        string label = string.Empty;
        foreach (string name in content.Pictures)
        {
            int slash = name.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0)
            {
                continue;
            }

            if (!name.AsSpan(0, slash).SequenceEqual(label))
            {
                label = name[..slash];
                labels.Add(label);
            }

            files.Add(new(ImageFolderContent.PathOf(path, name), label));
        }

        ImageFolderCheck.Check(path, options ?? new(), content, labels);
        return files;
    }

    /// <summary>Lists every picture in a folder and below it, without classes.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The paths of the pictures in order: the given folder joined with the name below it.</returns>
    /// <exception cref="ImageFolderException">The folder is missing or a file, or there is no picture.</exception>
    public static IReadOnlyList<string> ReadUnlabelled(string path, CancellationToken cancellationToken = default)
    {
        ImageFolderContent content = List(path, "A folder of pictures is needed.", cancellationToken);
        if (content.Pictures.Count == 0)
        {
            throw new ImageFolderException(path, $"there is no picture in it or below it. Pictures end in {ImageFormats.ExtensionList}.");
        }

        return [.. content.Pictures.Select(name => ImageFolderContent.PathOf(path, name))];
    }

    /// <summary>Lists the files in the sub-folders of a folder that are left out because their names are not those of pictures.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The paths of the files in order: the given folder joined with the name below it.</returns>
    /// <exception cref="ImageFolderException">The folder is missing or a file.</exception>
    public static IReadOnlyList<string> ReadOtherFiles(string path, CancellationToken cancellationToken = default) =>
    [
        .. List(path, ImageFolderCheck.Layout, cancellationToken).Others
            .Where(name => name.Contains('/', StringComparison.Ordinal))
            .Select(name => ImageFolderContent.PathOf(path, name)),
    ];

    private static ImageFolderContent List(string path, string need, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (File.Exists(path))
        {
            throw new ImageFolderException(path, $"it is a file. {need}");
        }

        if (!Directory.Exists(path))
        {
            throw new ImageFolderException(path, $"there is no such folder (full path: '{Path.GetFullPath(path)}'). {need}");
        }

        return ImageFolderContent.Of(path, cancellationToken);
    }
}
