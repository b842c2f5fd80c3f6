using Microsoft.ML;

namespace MLNet.MobileNetV2.Data;

/// <summary>One image of an image folder. Immutable and thread-safe.</summary>
/// <param name="ImagePath">The given folder joined with the image's name below it; relative where the given folder is.</param>
/// <param name="Label">The class: the name of the sub-folder of the given folder that the image lies in.</param>
internal sealed record ImageFile(string ImagePath, string Label);

/// <summary>A folder of images with one sub-folder per class. Thread-safe.</summary>
internal static class ImageFolder
{
    /// <summary>A view with the text columns ImagePath and Label and one row an image, in the folder's order.</summary>
    /// <remarks>
    /// The folder is listed once, here. ML.NET can read an enumerable in its own order only; its cache of the two columns (text that
    /// is in memory anyway) can be shuffled, which trainers need for a view that is sorted by class.
    /// </remarks>
    public static IDataView Load(
        DataOperationsCatalog catalog, string path, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        IReadOnlyList<ImageFile> files = Read(path, options, cancellationToken);
        return catalog.Cache(catalog.LoadFromEnumerable(files), nameof(ImageFile.ImagePath), nameof(ImageFile.Label));
    }

    /// <summary>Lists the images at every depth, the classes one after another. Images directly in the folder are left out.</summary>
    /// <exception cref="ImageFolderException">
    /// The folder is missing or a file, holds no sub-folder or too few, a sub-folder holds no image, or something in it cannot be read.
    /// </exception>
    public static IReadOnlyList<ImageFile> Read(
        string path, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ImageFolderListing listing = ImageFolderListing.OfClasses(path, cancellationToken);
        return [.. listing.Labelled(options ?? new()).Select(file => file with { ImagePath = listing.SystemPathOf(file) })];
    }
}
