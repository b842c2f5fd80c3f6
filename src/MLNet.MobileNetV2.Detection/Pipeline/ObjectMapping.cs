using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Detection.Inference;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Detection.Pipeline;

/// <summary>The mapping of a row's image to its objects, which brings cursors, row mappers and schema rules. Thread-safe.</summary>
internal sealed class ObjectMapping(ImageDetector detector, MobileNetV2DetectionOptions options)
{
    /// <summary>The columns of objects by the user's names.</summary>
    public static SchemaDefinition Output(MobileNetV2DetectionOptions options)
    {
        SchemaDefinition objects = SchemaDefinition.Create(typeof(ObjectsRow));
        objects[DetectionColumns.Labels].ColumnName = options.PredictedLabelColumnName;
        objects[DetectionColumns.Boxes].ColumnName = options.PredictedBoundingBoxesColumnName;
        objects[DetectionColumns.Scores].ColumnName = options.ScoreColumnName;
        return objects;
    }

    /// <summary>Makes the mapping for data, whose rows it does not read.</summary>
    public ITransformer Fit(TransformsCatalog transforms, ImageColumnKind kind, IDataView data)
    {
        DataViewType type = data.Schema[options.InputColumnName].Type;
        IEstimator<ITransformer> mapping = kind == ImageColumnKind.Path
            ? Create<PathRow>(row => detector.DetectFile(row.Source.ToString(), CancellationToken.None))
        : kind == ImageColumnKind.Image
            ? Create<ImageRow>(row => detector.DetectImage(row.Source))
        : Create<EncodedRow>(row => detector.DetectEncoded(EncodedRow.Dense(row.Source), CancellationToken.None));
        return mapping.Fit(data);

        IEstimator<ITransformer> Create<TRow>(Func<TRow, IReadOnlyList<DetectedObject>> detect)
            where TRow : class, IImageRow, new() => transforms.CustomMapping<TRow, ObjectsRow>(
                (row, objects) => objects.Set(Detect(row, detect)),
                null,
                FeaturizerSchema.Input<TRow>(options.InputColumnName, kind == ImageColumnKind.Image ? type : null),
                Output(options));
    }

    private IReadOnlyList<DetectedObject> Detect<TRow>(TRow row, Func<TRow, IReadOnlyList<DetectedObject>> detect)
    {
        try
        {
            return detect(row);
        }
        catch (BadImageException error) when (options.OnBadImage == BadImageHandling.MissingFeatures)
        {
            options.BadImageFound?.Invoke(new BadImage(error.Path, error.Reason));
            return [];
        }
    }
}
