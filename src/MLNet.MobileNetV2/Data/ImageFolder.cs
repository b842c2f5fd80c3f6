namespace MLNet.MobileNetV2.Data;

/// <summary>Reads folders of images by name. What counts is said where the catalog offers it. Thread-safe.</summary>
internal static class ImageFolder
{
    /// <summary>Lists the images of a folder with one sub-folder per class, at every depth below it.</summary>
    /// <param name="path">The folder. Images that lie directly in it have no class and are left out.</param>
    /// <param name="options">What the folder must hold; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The images in order, the classes one after another.</returns>
    /// <exception cref="ImageFolderException">
    /// The folder is missing or a file, holds no sub-folder or too few, a sub-folder holds no image, or something in it cannot be read.
    /// </exception>
    public static IReadOnlyList<ImageFile> Read(
        string path, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ImageFolderListing listing = ImageFolderListing.OfClasses(path, cancellationToken);
        return [.. listing.Labelled(options ?? new()).Select(file => file with { ImagePath = listing.SystemPathOf(file) })];
    }

    /// <summary>Lists every image in a folder and below it, without classes.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The paths of the images in order: the given folder joined with the name below it.</returns>
    /// <exception cref="ImageFolderException">
    /// The folder is missing or a file, there is no image, or something in it cannot be read.
    /// </exception>
    public static IReadOnlyList<string> ReadUnlabelled(string path, CancellationToken cancellationToken = default)
    {
        ImageFolderListing listing = ImageFolderListing.Of(path, cancellationToken);
        return [.. listing.Pictures().Select(listing.SystemPathOf)];
    }
}
