using MLNet.MobileNetV2;

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
}
