using Microsoft.ML;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>Data of no rows with the image column, to which the saved chain is fitted.</summary>
internal static class EmptyInput
{
    public static IDataView Create(FeaturizerColumns columns, int size)
    {
        // The data has no rows, so whose context made it does not matter.
        DataOperationsCatalog data = new MLContext().Data;
        return columns.Kind switch
        {
            ImageColumnKind.Path => data.LoadFromEnumerable(Array.Empty<PathRow>(), FeaturizerSchema.Input<PathRow>(columns.Input)),
            ImageColumnKind.Image => data.LoadFromEnumerable(Array.Empty<ImageRow>(), FeaturizerSchema.Input<ImageRow>(columns.Input)),
            ImageColumnKind.Encoded => data.LoadFromEnumerable(Array.Empty<EncodedRow>(), FeaturizerSchema.Input<EncodedRow>(columns.Input)),
            _ => data.LoadFromEnumerable(
                Array.Empty<PixelsRow>(), FeaturizerSchema.Input<PixelsRow>(columns.Input, FeaturizerSchema.PixelsType(size))),
        };
    }
}
