using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>Decoded images.</summary>
internal sealed class ImageKind : ImageColumnKind<ImageRow, MLImage?>
{
    public override string Description => "unsized images (MLImage)";

    public override IEstimator<ITransformer> SavedMapping(TransformsCatalog transforms) =>
        transforms.CustomMapping(new ImageMapping().GetMapping(), SavedContracts.Image);

    public override EstimatorChain<ITransformer> Check(TransformsCatalog transforms, string input, int size) =>
        new EstimatorChain<ITransformer>().Append<ITransformer>(transforms.ConvertToGrayscale(SavedColumns.Check, input));

    protected override DataViewType? ColumnType(int size, DataViewType? imageType) => imageType;
}

/// <summary>A row with a decoded image.</summary>
internal sealed class ImageRow : IImageRow<MLImage?>
{
    [UnsizedImage]
    public MLImage? Source { get; set; }

    string? IImageRow.Path => null;

    void IImageRow.Prepare(ImagePreprocessor preprocessor, Span<float> pixels) => preprocessor.FromImage(Source, pixels);
}

/// <summary>A decoded image, and how to prepare it.</summary>
internal sealed class SavedImageRow : ISavedRow
{
    [ColumnName(SavedColumns.Source)]
    [UnsizedImage]
    public MLImage? Source { get; set; }

    [ColumnName(SavedColumns.Spec)]
    public ReadOnlyMemory<char> Spec { get; set; }

    (int Width, int Height) ISavedRow.Size => (Source?.Width ?? 0, Source?.Height ?? 0);

    void ISavedRow.Prepare(ImagePreprocessor preprocessor, Span<byte> rgba) => preprocessor.FromImage(Source, rgba);
}

/// <summary>Prepares decoded images.</summary>
[CustomMappingFactoryAttribute(SavedContracts.Image)]
internal sealed class ImageMapping : CustomMappingFactory<SavedImageRow, SavedPreparedRow>
{
    public override Action<SavedImageRow, SavedPreparedRow> GetMapping() => new SavedPreparation().Prepare;
}
