using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>Images named by path.</summary>
internal sealed class PathKind : ImageColumnKind<PathRow, ReadOnlyMemory<char>>
{
    public override string Description => "file paths (text)";

    public override IEstimator<ITransformer> SavedMapping(TransformsCatalog transforms) =>
        transforms.CustomMapping(new PathMapping().GetMapping(), SavedContracts.Path);

    public override EstimatorChain<ITransformer> Check(TransformsCatalog transforms, string input, int size) =>
        new EstimatorChain<ITransformer>().Append<ITransformer>(transforms.LoadImages(SavedColumns.Check, string.Empty, input));
}

/// <summary>A row with an image as a file path.</summary>
internal sealed class PathRow : IImageRow<ReadOnlyMemory<char>>
{
    public ReadOnlyMemory<char> Source { get; set; }

    string IImageRow.Path => Source.ToString();

    void IImageRow.Prepare(ImagePreprocessor preprocessor, Span<float> pixels) => preprocessor.FromFile(Source.ToString(), pixels);
}

/// <summary>An image as a file path, and how to prepare it.</summary>
internal sealed class SavedPathRow : ISavedRow
{
    [ColumnName(SavedColumns.Source)]
    public ReadOnlyMemory<char> Source { get; set; }

    [ColumnName(SavedColumns.Spec)]
    public ReadOnlyMemory<char> Spec { get; set; }

    (int Width, int Height) ISavedRow.Size => ImageHeader.Read(Source.ToString()).Size;

    void ISavedRow.Prepare(ImagePreprocessor preprocessor, Span<byte> rgba) => preprocessor.FromFile(Source.ToString(), rgba);
}

/// <summary>Prepares images named by path.</summary>
[CustomMappingFactoryAttribute(SavedContracts.Path)]
internal sealed class PathMapping : CustomMappingFactory<SavedPathRow, SavedPreparedRow>
{
    public override Action<SavedPathRow, SavedPreparedRow> GetMapping() => new SavedPreparation().Prepare;
}
