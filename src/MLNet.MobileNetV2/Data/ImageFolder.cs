namespace MLNet.MobileNetV2.Data;

/// <summary>Reads folders of pictures by name. No file is opened: a damaged picture shows itself when it is used.</summary>
/// <remarks>
/// <para>
/// Pictures are files that end in .jpg, .jpeg, .png, .webp, .bmp or .gif in any case. The order is ordinal by the name below the folder,
/// with '/' between its parts, so it is the same on every system.
/// </para>
/// <para>
/// Left out, as if they were not there, are files and folders whose names start with '.' and those that systems leave in folders, in any
/// case: <c>@eaDir</c>, <c>#recycle</c>, <c>#snapshot</c>, <c>@Recycle</c>, <c>@Recently-Snapshot</c>, <c>Thumbs.db</c>,
/// <c>ehthumbs.db</c>, <c>desktop.ini</c>, <c>$RECYCLE.BIN</c>, <c>RECYCLER</c>, <c>System Volume Information</c>, <c>__MACOSX</c>,
/// macOS's <c>Icon\r</c> and <c>lost+found</c>. The given folder itself may have any name.
/// </para>
/// <para>
/// Links to files count as files, links to folders as folders, at every depth. In each sub-folder of the given one (each class) every real
/// folder is read once: under its own name where it lies there, else under the first of the links to it. A link to a folder that it lies
/// in, or that the given folder lies in, is passed by. So no link leads in a circle, and none multiplies pictures.
/// </para>
/// <para>
/// What cannot be read is never left out in silence: a folder that may not be listed or that vanishes meanwhile, and a link that leads
/// nowhere (a share that is not mounted), are an <see cref="ImageFolderException"/> that names them. A link with a picture's name that
/// leads nowhere is listed: it is a bad picture, like a damaged one.
/// </para>
/// <para>Thread-safe.</para>
/// </remarks>
internal static class ImageFolder
{
    /// <summary>Lists the pictures of a folder with one sub-folder per class, at every depth below it.</summary>
    /// <param name="path">The folder. Pictures that lie directly in it have no class and are left out.</param>
    /// <param name="options">What the folder must hold; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The pictures in order, the classes one after another.</returns>
    /// <exception cref="ImageFolderException">
    /// The folder is missing or a file, holds no sub-folder or too few, a sub-folder holds no picture, or something in it cannot be read.
    /// </exception>
    public static IReadOnlyList<ImageFile> Read(
        string path, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ImageFolderListing listing = ImageFolderListing.OfClasses(path, cancellationToken);
        return [.. listing.Labelled(options ?? new()).Select(file => file with { ImagePath = listing.SystemPathOf(file) })];
    }

    /// <summary>Lists every picture in a folder and below it, without classes.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The paths of the pictures in order: the given folder joined with the name below it.</returns>
    /// <exception cref="ImageFolderException">
    /// The folder is missing or a file, there is no picture, or something in it cannot be read.
    /// </exception>
    public static IReadOnlyList<string> ReadUnlabelled(string path, CancellationToken cancellationToken = default)
    {
        ImageFolderListing listing = ImageFolderListing.Of(path, cancellationToken);
        return [.. listing.Pictures().Select(listing.SystemPathOf)];
    }
}
