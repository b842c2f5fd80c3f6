using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Onnx;
using MLNet.MobileNetV2.Classification.Export;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2;
using MLNet.MobileNetV2.Evaluation;

namespace Microsoft.ML;

/// <summary>The front door: MobileNetV2 on ML.NET's own catalogs.</summary>
public static partial class MobileNetV2Catalog
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

    /// <summary>Calls images of none of the classes unknown. Append it behind the classifier and <c>MapKeyToValue</c>.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">Columns, the name of the unknown, and how many known images to keep; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    /// <example><code>mlContext.Transforms.LabelUnknownImages(new() { UnknownLabel = "none of these" })</code></example>
    public static UnknownImageEstimator LabelUnknownImages(this TransformsCatalog catalog, UnknownImageOptions? options = null) =>
        new(catalog, options ?? new());

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

    /// <summary>
    /// Measures an image classifier on rows that it has scored: accuracy with its interval, each class, calibration, confusions, losses.
    /// </summary>
    /// <param name="catalog">The multiclass catalog.</param>
    /// <param name="data">Rows with the columns of the label and of the scores; read once.</param>
    /// <param name="labelColumnName">Name of the column with the true class: text or a key.</param>
    /// <param name="scoreColumnName">Name of the column with the probability of every class.</param>
    /// <exception cref="ArgumentException">
    /// A column is missing or of a wrong type, there is no row, or one has no label, one that is no class, or a missing score (that of a
    /// bad image; <c>FilterRowsByMissingValues</c> removes such rows).
    /// </exception>
    /// <example><code>
    /// ClassificationReport report = mlContext.MulticlassClassification.EvaluateImageClassifier(model.Transform(photos));
    /// Console.WriteLine($"{report.Accuracy:P1} ({report.AccuracyInterval}), macro-F1 {report.MacroF1:F3}");
    /// </code></example>
    public static ClassificationReport EvaluateImageClassifier(
        this MulticlassClassificationCatalog catalog,
        IDataView data,
        string labelColumnName = "Label",
        string scoreColumnName = "Score") =>
        catalog.EvaluateImageClassifier(
            data, new ImageClassifierEvaluationOptions { LabelColumnName = labelColumnName, ScoreColumnName = scoreColumnName });

    /// <summary>Measures an image classifier on rows that it has scored.</summary>
    /// <param name="catalog">The multiclass catalog.</param>
    /// <param name="data">Rows with the columns of the label and of the scores; read once.</param>
    /// <param name="options">Columns, groups, intervals.</param>
    /// <inheritdoc cref="EvaluateImageClassifier(MulticlassClassificationCatalog, IDataView, string, string)" path="/exception"/>
    public static ClassificationReport EvaluateImageClassifier(
        this MulticlassClassificationCatalog catalog, IDataView data, ImageClassifierEvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return ScoredRows.Evaluate(data, options);
    }

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
