using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>Encoded images.</summary>
internal sealed class EncodedKind : ImageColumnKind<EncodedRow, VBuffer<byte>>
{
    public override string Description => "the bytes of encoded images (Vector<Byte>)";

    public override IEstimator<ITransformer> SavedMapping(TransformsCatalog transforms) =>
        transforms.CustomMapping(new EncodedMapping().GetMapping(), SavedContracts.Encoded);

    // Columns are joined only if their items are of one type, that of the first.
    public override EstimatorChain<ITransformer> Check(TransformsCatalog transforms, string input, int size) =>
        new EstimatorChain<ITransformer>()
            .Append<ITransformer>(transforms.Conversion.ConvertType(SavedColumns.Check, SavedColumns.Seed, DataKind.Byte))
            .Append<ITransformer>(transforms.Concatenate(SavedColumns.Check, SavedColumns.Check, input));
}

/// <summary>A row with an encoded image.</summary>
internal sealed class EncodedRow : IImageRow<VBuffer<byte>>
{
    public VBuffer<byte> Source { get; set; }

    string? IImageRow.Path => null;

    /// <summary>The bytes as one block of memory: the vector's own, or a copy where it is sparse.</summary>
    public static ReadOnlySpan<byte> Dense(in VBuffer<byte> bytes)
    {
        if (bytes.IsDense)
        {
            return bytes.GetValues();
        }

        byte[] dense = new byte[bytes.Length];
        bytes.CopyTo(dense);
        return dense;
    }

    void IImageRow.Prepare(ImagePreprocessor preprocessor, Span<float> pixels) => preprocessor.FromEncoded(Dense(Source), null, pixels);
}

/// <summary>An encoded image, and how to prepare it.</summary>
internal sealed class SavedEncodedRow : ISavedRow
{
    [ColumnName(SavedColumns.Source)]
    public VBuffer<byte> Source { get; set; }

    [ColumnName(SavedColumns.Spec)]
    public ReadOnlyMemory<char> Spec { get; set; }

    (int Width, int Height) ISavedRow.Size => ImageDecoder.ReadHeader(EncodedRow.Dense(Source), null).Size;

    void ISavedRow.Prepare(ImagePreprocessor preprocessor, Span<byte> rgba) =>
        preprocessor.FromEncoded(EncodedRow.Dense(Source), null, rgba);
}

/// <summary>Prepares encoded images.</summary>
[CustomMappingFactoryAttribute(SavedContracts.Encoded)]
internal sealed class EncodedMapping : CustomMappingFactory<SavedEncodedRow, SavedPreparedRow>
{
    public override Action<SavedEncodedRow, SavedPreparedRow> GetMapping() => new SavedPreparation().Prepare;
}
