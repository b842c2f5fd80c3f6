using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>
/// Makes a saved chain say which of the user's columns is of a wrong type. The chain's custom mappings bind to columns of their own, which
/// their errors would name; a stock step that takes the user's column first names that one. Nobody reads what it gives, so it is never computed.
/// </summary>
internal static class InputCheck
{
    /// <summary>The steps, for a chain whose data have the column <see cref="SavedColumns.Seed"/>, unless pixels are taken.</summary>
    public static EstimatorChain<ITransformer> Of(TransformsCatalog transforms, FeaturizerColumns columns, int size)
    {
        var chain = new EstimatorChain<ITransformer>();
        return columns.Kind switch
        {
            ImageColumnKind.Path => chain.Append<ITransformer>(transforms.LoadImages(SavedColumns.Check, string.Empty, columns.Input)),
            ImageColumnKind.Image => chain.Append<ITransformer>(transforms.ConvertToGrayscale(SavedColumns.Check, columns.Input)),

            // Columns are joined only if their items are of one type, that of the first.
            ImageColumnKind.Encoded => chain
                .Append<ITransformer>(transforms.Conversion.ConvertType(SavedColumns.Check, SavedColumns.Seed, DataKind.Byte))
                .Append<ITransformer>(transforms.Concatenate(SavedColumns.Check, SavedColumns.Check, columns.Input)),
            _ => chain.Append<ITransformer>(transforms.ConvertToImage(size, size, SavedColumns.Check, columns.Input)),
        };
    }
}
