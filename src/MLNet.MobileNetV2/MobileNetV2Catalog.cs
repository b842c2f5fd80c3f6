using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Onnx;
using MLNet.MobileNetV2.Classification.Export;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2;
using MLNet.MobileNetV2.Data;

namespace Microsoft.ML;

/// <summary>The front door: MobileNetV2 on ML.NET's own catalogs.</summary>
public static class MobileNetV2Catalog
{
    /// <summary>Turns images into the 1280 features of MobileNetV2.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">Name of the new column: <c>Vector&lt;Single, 1, 1280&gt;</c>.</param>
    /// <param name="inputColumnName">
    /// Name of the image column (path, <c>MLImage</c>, encoded bytes or pixels); null means the output's name.
    /// </param>
    /// <param name="weights">The weights; null means <see cref="WeightsSource.Embedded"/>. <c>Fit</c> loads them.</param>
    /// <exception cref="ArgumentException">A column name is empty.</exception>
    /// <example><code>mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath")</code></example>
    public static MobileNetV2FeaturizerEstimator FeaturizeImageWithMobileNetV2(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, WeightsSource? weights = null) =>
        new(catalog, new MobileNetV2FeaturizerOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
            Weights = weights ?? WeightsSource.Embedded,
        });

    /// <summary>Turns images into the 1280 features of MobileNetV2.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">Columns, weights, preprocessing and the handling of bad images.</param>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static MobileNetV2FeaturizerEstimator FeaturizeImageWithMobileNetV2(
        this TransformsCatalog catalog, MobileNetV2FeaturizerOptions options) => new(catalog, options);

    /// <summary>Finds the class of each pixel of images, with DeepLabv3 on MobileNetV2.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">Name of the map's column, with which those of its size, labels and shares begin.</param>
    /// <param name="inputColumnName">Name of the image column: a path, an unsized <c>MLImage</c> or encoded bytes.</param>
    /// <param name="model">The network; null means <see cref="PretrainedSegmenter.Voc"/>. <c>Fit</c> loads it.</param>
    /// <exception cref="ArgumentException">A column name is empty.</exception>
    /// <example><code>mlContext.Transforms.SegmentImageWithMobileNetV2("ClassMap", "ImagePath")</code></example>
    public static MobileNetV2SegmentationEstimator SegmentImageWithMobileNetV2(
        this TransformsCatalog catalog,
        string outputColumnName = "ClassMap",
        string inputColumnName = "ImagePath",
        PretrainedSegmenter? model = null) =>
        new(catalog, new MobileNetV2SegmentationOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Model = model ?? PretrainedSegmenter.Voc,
        });

    /// <summary>Finds the class of each pixel of images, with DeepLabv3 on MobileNetV2.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">Columns, network and the size of the map.</param>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static MobileNetV2SegmentationEstimator SegmentImageWithMobileNetV2(
        this TransformsCatalog catalog, MobileNetV2SegmentationOptions options) => new(catalog, options);

    /// <summary>Trains a student network to give a teacher's features on images without labels, and makes a featurizer of it.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">Student, teacher, columns, and how the student is trained.</param>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static FeatureDistillationEstimator DistillMobileNetV2(this TransformsCatalog catalog, FeatureDistillationOptions options) =>
        new(catalog, options);

    /// <summary>MobileNetV2 as a model of ML.NET's <c>DnnFeaturizeImage</c>.</summary>
    /// <param name="selector">The selector that <c>DnnFeaturizeImage</c> hands out.</param>
    /// <param name="mlContext">The context of the pipeline.</param>
    /// <param name="outputColumnName">Name of the new column: <c>Vector&lt;Single, 1, 1280&gt;</c>.</param>
    /// <param name="inputColumnName">
    /// Name of the image column: pixels 0..255 of <c>ExtractPixels</c>, path, <c>MLImage</c> or encoded bytes.
    /// </param>
    /// <param name="weights">The weights; null means <see cref="WeightsSource.Embedded"/>.</param>
    /// <example><code>
    /// mlContext.Transforms.DnnFeaturizeImage(
    ///     "Features", m => m.ModelSelector.MobileNetV2(mlContext, m.OutputColumn, m.InputColumn), "ImagePath")
    /// </code></example>
    public static EstimatorChain<ColumnCopyingTransformer> MobileNetV2(
        this DnnImageModelSelector selector,
        MLContext mlContext,
        string outputColumnName,
        string inputColumnName,
        WeightsSource? weights = null)
    {
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(mlContext);

        // DnnFeaturizeImage fixes the chain's last step to a copy; onto itself, it leaves no second column behind.
        return new EstimatorChain<ITransformer>()
            .Append(mlContext.Transforms.FeaturizeImageWithMobileNetV2(outputColumnName, inputColumnName, weights))
            .Append(mlContext.Transforms.CopyColumns(outputColumnName, outputColumnName));
    }

    /// <summary>Trains a classifier head: softmax regression on a feature column.</summary>
    /// <param name="catalog">The trainers of the multiclass catalog.</param>
    /// <param name="labelColumnName">Name of the label column, a key (<c>MapValueToKey</c> makes one).</param>
    /// <param name="featureColumnName">Name of the feature column, a vector of <see cref="float"/>.</param>
    /// <param name="l2Regularization">Weight of the squared weights in the objective, at least 0. Default: 0.1.</param>
    /// <exception cref="ArgumentException">A column name is empty, or the regularisation is below 0 or not finite.</exception>
    /// <example><code>mlContext.MulticlassClassification.Trainers.MobileNetV2Head("Label", "Features")</code></example>
    public static MobileNetV2HeadTrainer MobileNetV2Head(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        float l2Regularization = MobileNetV2HeadOptions.DefaultL2Regularization) =>
        new(catalog, new MobileNetV2HeadOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            L2Regularization = l2Regularization,
        });

    /// <summary>Trains a classifier head: softmax regression on a feature column.</summary>
    /// <param name="catalog">The trainers of the multiclass catalog.</param>
    /// <param name="options">Columns, regularisation, convergence, threads, progress and cancellation.</param>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static MobileNetV2HeadTrainer MobileNetV2Head(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MobileNetV2HeadOptions options) =>
        new(catalog, options);

    /// <summary>Trains a classifier on an image column in one step: the head, or with it the last blocks of the network.</summary>
    /// <param name="catalog">The trainers of the multiclass catalog.</param>
    /// <param name="labelColumnName">Name of the label column: text, predicted as text, or a key, predicted as a key.</param>
    /// <param name="inputColumnName">Name of the image column: a path, an unsized <c>MLImage</c> or encoded bytes.</param>
    /// <param name="fineTuneBlocks">Blocks that are trained, counted from the end; 0 for the head alone.</param>
    /// <param name="weights">The weights at the start; null means <see cref="WeightsSource.Embedded"/>.</param>
    /// <exception cref="ArgumentException">A column name is empty.</exception>
    /// <example><code>mlContext.MulticlassClassification.Trainers.MobileNetV2("Label", "ImagePath", fineTuneBlocks: 3)</code></example>
    public static MobileNetV2Trainer MobileNetV2(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string inputColumnName = "ImagePath",
        FineTuneBlocks fineTuneBlocks = default,
        WeightsSource? weights = null) =>
        new(catalog, new MobileNetV2TrainerOptions
        {
            LabelColumnName = labelColumnName,
            InputColumnName = inputColumnName,
            FineTuneBlocks = fineTuneBlocks,
            Weights = weights ?? WeightsSource.Embedded,
        });

    /// <summary>Trains a classifier on an image column in one step: the head, or with it the last blocks or the whole network.</summary>
    /// <param name="catalog">The trainers of the multiclass catalog.</param>
    /// <param name="options">Columns, weights, blocks, and how they are trained.</param>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static MobileNetV2Trainer MobileNetV2(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MobileNetV2TrainerOptions options) =>
        new(catalog, options);

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

    /// <summary>Writes a trained model as one ONNX file, pixels to probabilities, which replaces a file there in one step.</summary>
    /// <remarks>
    /// Input <c>pixels</c>: <c>[N, 3, size, size]</c>, 0..255, in the order of <c>preprocessing.channel_order</c>; normalisation is part of
    /// the graph; the loading of images before the featurizer, or all that prepares pixels for it, is not. Outputs: <c>features</c> and
    /// <c>probabilities</c>, <c>[N, classes]</c>. The metadata holds the names of the classes (<see cref="ClassNames"/>) as a JSON array
    /// (<c>labels</c>) and how images become pixels (<c>preprocessing.size</c>, <c>.crop_fraction</c>, <c>.interpolation</c> and others),
    /// which a model that takes prepared pixels leaves to whoever prepares them.
    /// </remarks>
    /// <param name="catalog">The model operations.</param>
    /// <param name="model">A fitted or loaded pipeline of the MobileNetV2 featurizer and a softmax regression on its features.</param>
    /// <param name="filePath">Where to.</param>
    /// <exception cref="NotSupportedException">The model has other steps between its features and its scores; one is named.</exception>
    public static void SaveMobileNetV2AsOnnx(this ModelOperationsCatalog catalog, ITransformer model, string filePath)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        byte[] file = Export(catalog, model);
        AtomicFile.Write(filePath, stream => stream.Write(file));
    }

    /// <summary>Writes a trained model as one ONNX file, pixels to probabilities, to a stream, which stays open.</summary>
    /// <param name="catalog">The model operations.</param>
    /// <param name="model">A fitted or loaded pipeline of the MobileNetV2 featurizer and a softmax regression on its features.</param>
    /// <param name="stream">Where to.</param>
    /// <exception cref="NotSupportedException">The model has other steps between its features and its scores; one is named.</exception>
    public static void SaveMobileNetV2AsOnnx(this ModelOperationsCatalog catalog, ITransformer model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Export(catalog, model));
    }

    private static byte[] Export(ModelOperationsCatalog catalog, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        return OnnxModelExport.Write(model).Bytes;
    }
}
