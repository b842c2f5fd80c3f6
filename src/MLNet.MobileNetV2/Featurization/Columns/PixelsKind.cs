using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>Images that other steps prepared.</summary>
internal sealed class PixelsKind : ImageColumnKind<PixelsRow, VBuffer<float>>
{
    public override string Description => "pixels (Vector<Single>)";

    public override EstimatorChain<ITransformer> Check(TransformsCatalog transforms, string input, int size) =>
        new EstimatorChain<ITransformer>().Append<ITransformer>(transforms.ConvertToImage(size, size, SavedColumns.Check, input));

    protected override DataViewType ColumnType(int size, DataViewType? imageType) => FeaturizerSchema.PixelsType(size);
}

/// <summary>A row with prepared pixels.</summary>
internal sealed class PixelsRow : IImageRow<VBuffer<float>>
{
    public VBuffer<float> Source { get; set; }

    string? IImageRow.Path => null;

    void IImageRow.Prepare(ImagePreprocessor preprocessor, Span<float> pixels) => Source.CopyTo(pixels);
}
