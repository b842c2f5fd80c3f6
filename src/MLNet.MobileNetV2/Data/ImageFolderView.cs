using Microsoft.ML;

namespace MLNet.MobileNetV2.Data;

/// <summary>An image folder as a data view.</summary>
internal static class ImageFolderView
{
    /// <summary>A view with the text columns ImagePath and Label and one row an image, in the folder's order.</summary>
    /// <remarks>
    /// The folder is listed once, here. ML.NET can read an enumerable in its own order only; its cache of the two columns (text that
    /// is in memory anyway) can be shuffled, which trainers ask of a view that is sorted by class.
    /// </remarks>
    public static IDataView Load(
        DataOperationsCatalog catalog, string path, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        IReadOnlyList<ImageFile> files = ImageFolder.Read(path, options, cancellationToken);
        return catalog.Cache(catalog.LoadFromEnumerable(files), nameof(ImageFile.ImagePath), nameof(ImageFile.Label));
    }
}
