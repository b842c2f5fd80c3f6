using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Data;

/// <summary>
/// A folder that was walked once: its images, and what is left out of it. Paths are the folder as given, joined by '/' with the name
/// below it, the same on every platform. Not thread-safe.
/// </summary>
internal sealed class ImageFolderListing
{
    private readonly string _folder;
    private readonly string _prefix;
    private readonly ImageFolderContent _content;
    private readonly bool _hasClasses;
    private string _label = string.Empty;

    private ImageFolderListing(string folder, ImageFolderContent content, bool hasClasses)
    {
        _folder = folder;
        _prefix = Path.EndsInDirectorySeparator(folder) ? folder : folder + "/";
        _content = content;
        _hasClasses = hasClasses;
    }

    /// <summary>Walks a folder of images.</summary>
    /// <exception cref="ImageFolderException">It is missing or a file, or something in it cannot be read.</exception>
    public static ImageFolderListing Of(string folder, CancellationToken cancellationToken) =>
        new(folder, Walk(folder, "A folder of images is needed.", cancellationToken), hasClasses: false);

    /// <summary>Walks a folder with one sub-folder per class.</summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static ImageFolderListing OfClasses(string folder, CancellationToken cancellationToken) =>
        new(folder, Walk(folder, ImageFolderCheck.Layout, cancellationToken), hasClasses: true);

    /// <summary>The images with their classes, those without one left out.</summary>
    /// <exception cref="ImageFolderException">There are too few classes, or one without an image.</exception>
    public IReadOnlyList<ImageFile> Labelled(ImageFolderOptions options)
    {
        ImageFile[] files = [.. _content.Images.Where(IsInAClass).Select(FileOf)];
        ImageFolderCheck.Check(_folder, options, _content, files.Select(file => file.Label).ToHashSet(StringComparer.Ordinal));
        return files;
    }

    /// <summary>Every image; the label is the name of the sub-folder that it lies in, or empty.</summary>
    /// <exception cref="ImageFolderException">There is none.</exception>
    public IReadOnlyList<ImageFile> Images() => _content.Images.Count > 0
        ? [.. _content.Images.Select(FileOf)]
        : throw new ImageFolderException(_folder, $"there is no image in it or below it. Images end in {ImageFormats.ExtensionList}.");

    /// <summary>
    /// A sentence for each kind of thing that is left out: files that are not images by name, since an image in a format that is not read
    /// must not go unnoticed, and images without a class.
    /// </summary>
    public IEnumerable<string> LeftOut()
    {
        string[] kinds =
        [
            .. _content.Others.Where(name => !_hasClasses || IsInAClass(name))
                .CountBy(
                    name => Path.GetExtension(name) is { Length: > 0 } extension ? $"*{extension}" : "no extension",
                    StringComparer.OrdinalIgnoreCase)
                .OrderBy(kind => kind.Key, StringComparer.OrdinalIgnoreCase)
                .Select(kind => $"{kind.Value} with {kind.Key}"),
        ];
        if (kinds.Length > 0)
        {
            yield return $"Files in '{_folder}' whose names are not those of images ({string.Join(", ", ImageFormats.Extensions)}) are "
                + $"left out: {string.Join(", ", kinds)}.";
        }

        int loose = _hasClasses ? _content.Images.Count(name => !IsInAClass(name)) : 0;
        if (loose > 0)
        {
            yield return $"Images that lie directly in '{_folder}' have no class and are left out: {loose}.";
        }
    }

    /// <summary>An image's path in the system's own notation.</summary>
    public string SystemPathOf(ImageFile file) => ImageFolderContent.PathOf(_folder, file.ImagePath[_prefix.Length..]);

    /// <summary>The group of an image; null where it stands for itself.</summary>
    public string? GroupOf(string imagePath, ImageGrouping grouping) => grouping.GroupOf(imagePath[_prefix.Length..]);

    private ImageFile FileOf(string name)
    {
        // Images of a class are adjacent: they share one string.
        int slash = Math.Max(name.IndexOf('/', StringComparison.Ordinal), 0);
        _label = name.AsSpan(0, slash).SequenceEqual(_label) ? _label : name[..slash];
        return new(_prefix + name, _label);
    }

    private static bool IsInAClass(string name) => name.Contains('/', StringComparison.Ordinal);

    private static ImageFolderContent Walk(string path, string need, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path))
        {
            return new ImageFolderWalk(path, cancellationToken).Run();
        }

        if (NotAFile.IsAddress(path))
        {
            throw new ImageFolderException(path, NotAFile.Address);
        }

        if (new FileInfo(path).LinkTarget is { } target && RealPath.Of(path) is null)
        {
            throw new ImageFolderException(path, $"it is a link to '{target}', which does not exist or may not be read. {need}");
        }

        throw new ImageFolderException(
            path, File.Exists(path) ? $"it is a file. {need}" : $"there is no such folder (full path: '{Path.GetFullPath(path)}'). {need}");
    }
}
