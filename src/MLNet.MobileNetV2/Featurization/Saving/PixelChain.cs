using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>The steps of a saved model from an image column to the pixels that its graph takes.</summary>
internal static class PixelChain
{
    /// <summary>The columns that the steps leave beside the user's.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        SavedColumns.Seed, SavedColumns.Check, SavedColumns.Spec, SavedColumns.Source, SavedColumns.Image, SavedColumns.Pixels,
    ];

    /// <summary>Makes the steps.</summary>
    /// <param name="transforms">The catalog that makes them.</param>
    /// <param name="kind">What the image column holds.</param>
    /// <param name="input">Its name.</param>
    /// <param name="mapping">The custom mapping that prepares an image.</param>
    /// <param name="spec">The specification that it reads, as JSON.</param>
    /// <param name="preprocessing">How it prepares.</param>
    public static EstimatorChain<ITransformer> Create(
        TransformsCatalog transforms,
        ImageColumnKind kind,
        string input,
        IEstimator<ITransformer> mapping,
        string spec,
        ImagePreprocessing preprocessing)
    {
        int size = preprocessing.Size;
        ImagePixelExtractingEstimator.ColorsOrder order = preprocessing.ChannelOrder == ImageChannelOrder.Rgb
            ? ImagePixelExtractingEstimator.ColorsOrder.ARGB
            : ImagePixelExtractingEstimator.ColorsOrder.ABGR;
        return new EstimatorChain<ITransformer>()
            .Append(transforms.CustomMapping(new SeedMapping().GetMapping(), SavedContracts.Seed))
            .Append(transforms.Expression(SavedColumns.Spec, $"x : {SavedPipeline.Literal(spec)}", SavedColumns.Seed))
            .Append(kind.Check(transforms, input, size))
            .Append(transforms.CopyColumns(SavedColumns.Source, input))
            .Append(mapping)
            .Append(transforms.ResizeImages(
                SavedColumns.Image, size, size, SavedColumns.Image, ImageResizingEstimator.ResizingKind.Fill))
            .Append<ITransformer>(transforms.ExtractPixels(SavedColumns.Pixels, SavedColumns.Image, orderOfExtraction: order));
    }
}
