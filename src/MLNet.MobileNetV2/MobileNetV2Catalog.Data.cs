using MLNet.MobileNetV2;
using MLNet.MobileNetV2.Data;

namespace Microsoft.ML;

/// <summary>Folders of images as data, and their parts.</summary>
public static partial class MobileNetV2Catalog
{
    /// <summary>Lists a folder of images, one sub-folder per class, as data with the text columns ImagePath and Label.</summary>
    /// <remarks>
    /// <para>
    /// Images are files that end in .jpg, .jpeg, .png, .webp, .bmp or .gif in any case. The order is ordinal by the name below the folder,
    /// with '/' between its parts, so it is the same on every system.
    /// </para>
    /// <para>
    /// Left out, as if they were not there, are files and folders whose names start with '.' and those that systems leave in folders, in
    /// any case: <c>@eaDir</c>, <c>#recycle</c>, <c>#snapshot</c>, <c>@Recycle</c>, <c>@Recently-Snapshot</c>, <c>Thumbs.db</c>,
    /// <c>ehthumbs.db</c>, <c>desktop.ini</c>, <c>$RECYCLE.BIN</c>, <c>RECYCLER</c>, <c>System Volume Information</c>, <c>__MACOSX</c>,
    /// macOS's <c>Icon\r</c> and <c>lost+found</c>. The given folder itself may have any name.
    /// </para>
    /// <para>
    /// Links to files count as files, links to folders as folders, at every depth. In each sub-folder of the given one (each class) every
    /// real folder is read once: under its own name where it lies there, else under the first of the links to it. A link to a folder that
    /// it lies in, or that the given folder lies in, is passed by. So no link leads in a circle, and none multiplies images.
    /// </para>
    /// <para>
    /// What cannot be read is never left out silently: a folder that may not be listed or that vanishes meanwhile, and a link that leads
    /// nowhere (a share that is not mounted), are an <see cref="ImageFolderException"/> that names them. A link with an image's name that
    /// leads nowhere is listed: it is a bad image, like a damaged one.
    /// </para>
    /// </remarks>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="path">The folder. Its sub-folders are the classes and are read recursively, in ordinal order.</param>
    /// <param name="options">What the folder must hold; null for the defaults.</param>
    /// <returns>One row an image. The folder is listed now; images are opened when a transform reads them.</returns>
    /// <exception cref="ImageFolderException">
    /// The folder is missing or unreadable in part, has fewer than two classes, or a class without images.
    /// </exception>
    public static IDataView LoadFromImageFolder(this DataOperationsCatalog catalog, string path, ImageFolderOptions? options = null) =>
        ImageFolder.Load(catalog, path, options);

    /// <summary>Splits data so that both parts have every class in the same proportion.</summary>
    /// <remarks>
    /// The seed decides by the places of the rows: the same rows in the same order, fraction and seed give the same parts, and
    /// <c>mobilenetv2 train --validation</c> holds out the same images of a folder. Bad images of a folder have their places too; feature
    /// files are without them, so there a class is split otherwise from its first bad image on.
    /// </remarks>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="data">The data; its rows must come in the same order each time that they are read.</param>
    /// <param name="testFraction">
    /// The test part of each class, between 0 and 1, both excluded. A class of two or more rows has at least one on each side, a
    /// class of one row is in the training part.
    /// </param>
    /// <param name="labelColumnName">The class column: text, key, Boolean, number, date, time or row id.</param>
    /// <param name="seed">Equal seeds give equal splits; null takes the <see cref="MLContext"/>'s seed, or 1 if it has none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    /// <exception cref="ArgumentException">The column is missing or of another type, there is no row, or no class has two.</exception>
    public static DataOperationsCatalog.TrainTestData StratifiedTrainTestSplit(
        this DataOperationsCatalog catalog,
        IDataView data,
        double testFraction = 0.2,
        string labelColumnName = "Label",
        int? seed = null) =>
        StratifiedSplit.Split(catalog, data, labelColumnName, testFraction, seed);

    /// <summary>Splits data into folds for cross-validation, each with every class in the same proportion.</summary>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="data">The data; its rows must come in the same order each time that they are read.</param>
    /// <param name="numberOfFolds">Number of folds, from 2 up.</param>
    /// <param name="labelColumnName">The class column: text, key, Boolean, number, date, time or row id.</param>
    /// <param name="seed">Equal seeds give equal folds; null takes the <see cref="MLContext"/>'s seed, or 1 if it has none.</param>
    /// <returns>
    /// One pair a fold: the fold is the test set, the others the training set. A class of one row is in every training set.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two folds.</exception>
    /// <exception cref="ArgumentException">
    /// The column is missing or of another type, or there are fewer rows than folds in classes of two or more.
    /// </exception>
    public static IReadOnlyList<DataOperationsCatalog.TrainTestData> StratifiedCrossValidationSplit(
        this DataOperationsCatalog catalog, IDataView data, int numberOfFolds = 5, string labelColumnName = "Label", int? seed = null) =>
        StratifiedSplit.Folds(catalog, data, labelColumnName, numberOfFolds, seed);
}
