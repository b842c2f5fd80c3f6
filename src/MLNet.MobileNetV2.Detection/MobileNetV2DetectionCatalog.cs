using MLNet.MobileNetV2;
using MLNet.MobileNetV2.Detection.Datasets;

namespace Microsoft.ML;

/// <summary>Object detection on ML.NET's own catalogs.</summary>
public static class MobileNetV2DetectionCatalog
{
    /// <summary>Finds the objects of COCO's 80 classes in images, with the weights in the package.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="inputColumnName">Name of the image column: a path, an unsized <c>MLImage</c> or encoded bytes.</param>
    /// <param name="predictedLabelColumnName">Name of the new column of labels, the best first: <c>Vector&lt;Text&gt;</c>.</param>
    /// <param name="predictedBoundingBoxesColumnName">
    /// Name of the new column of boxes, left, top, right and bottom of each in pixels of the upright photo (of an <c>MLImage</c>, as it
    /// is): <c>Vector&lt;Single&gt;</c>.
    /// </param>
    /// <param name="scoreColumnName">Name of the new column of scores: <c>Vector&lt;Single&gt;</c>.</param>
    /// <param name="threshold">Objects must have more than this score, from 0 to below 1.</param>
    /// <exception cref="ArgumentException">A column name is empty, or the threshold is not allowed; it is named.</exception>
    /// <example><code>mlContext.Transforms.DetectObjectsWithMobileNetV2("ImagePath", threshold: 0.4f)</code></example>
    public static MobileNetV2DetectionEstimator DetectObjectsWithMobileNetV2(
        this TransformsCatalog catalog,
        string inputColumnName = "ImagePath",
        string predictedLabelColumnName = "PredictedLabel",
        string predictedBoundingBoxesColumnName = "PredictedBoundingBoxes",
        string scoreColumnName = "Score",
        float threshold = 0.5f) =>
        new(catalog, new MobileNetV2DetectionOptions
        {
            InputColumnName = inputColumnName,
            PredictedLabelColumnName = predictedLabelColumnName,
            PredictedBoundingBoxesColumnName = predictedBoundingBoxesColumnName,
            ScoreColumnName = scoreColumnName,
            Threshold = threshold,
        });

    /// <summary>Finds objects in images, of COCO's 80 classes or those of a model of one's own.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">Model, columns, thresholds and the handling of bad images.</param>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static MobileNetV2DetectionEstimator DetectObjectsWithMobileNetV2(
        this TransformsCatalog catalog, MobileNetV2DetectionOptions options) => new(catalog, options);

    /// <summary>Trains a detector on rows with an image and its boxes.</summary>
    /// <param name="catalog">The trainers of the multiclass catalog.</param>
    /// <param name="labelColumnName">Name of the column with the class of each box: a vector of text or of keys.</param>
    /// <param name="boundingBoxColumnName">
    /// Name of the column of boxes, left, top, right and bottom of each in pixels of the upright photo: <c>Vector&lt;Single&gt;</c>.
    /// </param>
    /// <param name="inputColumnName">Name of the image column: a path, an unsized <c>MLImage</c> or encoded bytes.</param>
    /// <exception cref="ArgumentException">A column name is empty.</exception>
    /// <example><code>
    /// mlContext.MulticlassClassification.Trainers.MobileNetV2Detector("Label", "BoundingBoxes", "ImagePath")
    /// </code></example>
    public static MobileNetV2DetectorTrainer MobileNetV2Detector(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string boundingBoxColumnName = "BoundingBoxes",
        string inputColumnName = "ImagePath") =>
        new(catalog, new MobileNetV2DetectorTrainerOptions
        {
            LabelColumnName = labelColumnName,
            BoundingBoxColumnName = boundingBoxColumnName,
            Detection = new() { InputColumnName = inputColumnName },
        });

    /// <summary>Trains a detector on rows with an image and its boxes.</summary>
    /// <param name="catalog">The trainers of the multiclass catalog.</param>
    /// <param name="options">Columns, training, the model's thresholds and the handling of bad images.</param>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static MobileNetV2DetectorTrainer MobileNetV2Detector(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MobileNetV2DetectorTrainerOptions options) =>
        new(catalog, options);

    /// <summary>
    /// The photos of a data set and their boxes as rows: <c>ImagePath</c> (text), <c>Label</c> (<c>Vector&lt;Text&gt;</c>) and
    /// <c>BoundingBoxes</c> (<c>Vector&lt;Single&gt;</c>: left, top, right and bottom of each). Regions with several objects
    /// (<see cref="LabelledBox.IsCrowd"/>) are left out.
    /// </summary>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="dataset">The data set, for example what of one can be used (<see cref="DetectionDatasetCheck.Usable"/>).</param>
    /// <example><code>
    /// IDataView data = mlContext.Data.LoadFromDetectionDataset(DetectionDataset.Load("annotations.json"));
    /// </code></example>
    public static IDataView LoadFromDetectionDataset(this DataOperationsCatalog catalog, DetectionDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(dataset);
        return catalog.LoadFromEnumerable(dataset.Images.Select(BoxRow.Of).ToArray());
    }
}
