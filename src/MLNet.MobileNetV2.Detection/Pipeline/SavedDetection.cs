using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Detection.Inference;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Featurization.Saving;

namespace MLNet.MobileNetV2.Detection.Pipeline;

/// <summary>A detector as a chain of components that ML.NET can save.</summary>
internal static class SavedDetection
{
    public static GraphChain Create(
        TransformsCatalog transforms, DetectionWeights weights, ImageColumnKind kind, MobileNetV2DetectionOptions options)
    {
        int top = Math.Min(options.Top, weights.Anchors.Anchors.Count);
        return new(
            transforms,
            data => kind.Empty(data, options.InputColumnName, weights.Preprocessing.Size),
            () => DetectionGraph.Write(weights, options.Threshold, options.Overlap, top, SavedColumns.Prefix),
            graph => Chain(transforms, weights, kind, options, graph));
    }

    private static EstimatorChain<ITransformer> Chain(
        TransformsCatalog transforms,
        DetectionWeights weights,
        ImageColumnKind kind,
        MobileNetV2DetectionOptions options,
        string graph)
    {
        var spec = new DetectionSpec(weights.Name, weights.Preprocessing, weights.Labels, options.OnBadImage);
        return PixelChain
            .Create(
                transforms,
                kind,
                options.InputColumnName,
                PhotoMapping(transforms, kind, new DetectionPreparation()),
                spec.ToJson(),
                weights.Preprocessing)
            .Append(transforms.ApplyOnnxModel([DetectionColumns.Detections], [SavedColumns.Pixels], graph))
            .Append(transforms.CustomMapping(new DetectedObjectsMapping().GetMapping(), DetectionContracts.Objects))
            .Append(transforms.CopyColumns(options.PredictedLabelColumnName, DetectionColumns.Labels))
            .Append(transforms.CopyColumns(options.PredictedBoundingBoxesColumnName, DetectionColumns.Boxes))
            .Append(transforms.CopyColumns(options.ScoreColumnName, DetectionColumns.Scores))
            .Append<ITransformer>(transforms.DropColumns(
            [
                .. PixelChain.Columns, SavedColumns.PhotoSize,
                DetectionColumns.Detections, DetectionColumns.Labels, DetectionColumns.Boxes, DetectionColumns.Scores,
            ]));
    }

    private static IEstimator<ITransformer> PhotoMapping(
        TransformsCatalog transforms, ImageColumnKind kind, DetectionPreparation preparation) =>
        kind == ImageColumnKind.Path
            ? transforms.CustomMapping<SavedPathRow, PreparedPhotoRow>(preparation.Prepare, DetectionContracts.Path)
        : kind == ImageColumnKind.Image
            ? transforms.CustomMapping<SavedImageRow, PreparedPhotoRow>(preparation.Prepare, DetectionContracts.Image)
        : transforms.CustomMapping<SavedEncodedRow, PreparedPhotoRow>(preparation.Prepare, DetectionContracts.Encoded);
}
