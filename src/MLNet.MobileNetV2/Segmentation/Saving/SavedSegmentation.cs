using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Featurization.Saving;
using MLNet.MobileNetV2.Segmentation.Maps;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Segmentation.Saving;

/// <summary>A segmentation as a chain of components that ML.NET can save.</summary>
internal static class SavedSegmentation
{
    public static GraphChain Create(
        TransformsCatalog transforms, SegmentationWeights weights, ImageColumnKind kind, MobileNetV2SegmentationOptions options) => new(
            transforms,
            data => kind.Empty(data, options.InputColumnName, weights.Preprocessing.Size),
            () => SegmentationGraph.Write(weights, options.KeepTrainedRanges, withClasses: false, SavedColumns.Prefix),
            graph => Chain(transforms, weights, kind, options, graph));

    private static EstimatorChain<ITransformer> Chain(
        TransformsCatalog transforms,
        SegmentationWeights weights,
        ImageColumnKind kind,
        MobileNetV2SegmentationOptions options,
        string graph)
    {
        var spec = new SegmentationSpec(
            weights.Name,
            weights.Preprocessing,
            options.Model.Labels,
            weights.MapSide,
            options.MapSize,
            options.IncludeProbabilities,
            options.OnBadImage);
        PhotoPreparation preparation = Photos.Preparation(options.BadImageFound);
        EstimatorChain<ITransformer> chain = PixelChain
            .Create(
                transforms,
                kind,
                options.InputColumnName,
                PhotoMapping(transforms, kind, preparation),
                spec.ToJson(),
                weights.Preprocessing)
            .Append(transforms.ApplyOnnxModel([SegmentationColumns.Logits], [SavedColumns.Pixels], graph))
            .Append<ITransformer>(transforms.CustomMapping(new ResultMapping().GetMapping(), SegmentationContracts.Result));
        foreach ((string column, string suffix) in SegmentationColumns.Results(options.IncludeProbabilities))
        {
            chain = chain.Append<ITransformer>(transforms.CopyColumns(options.OutputColumnName + suffix, column));
        }

        return chain.Append<ITransformer>(transforms.DropColumns(
        [
            .. PixelChain.Columns, SavedColumns.PhotoSize, SegmentationColumns.Logits,
            .. SegmentationColumns.Results(withProbabilities: true).Select(result => result.Column),
        ]));
    }

    private static IEstimator<ITransformer> PhotoMapping(
        TransformsCatalog transforms, ImageColumnKind kind, PhotoPreparation preparation) =>
        kind == ImageColumnKind.Path
            ? transforms.CustomMapping<SavedPathRow, PreparedPhotoRow>(preparation.Prepare, SegmentationContracts.Path)
        : kind == ImageColumnKind.Image
            ? transforms.CustomMapping<SavedImageRow, PreparedPhotoRow>(preparation.Prepare, SegmentationContracts.Image)
        : transforms.CustomMapping<SavedEncodedRow, PreparedPhotoRow>(preparation.Prepare, SegmentationContracts.Encoded);
}
