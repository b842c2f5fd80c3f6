using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>A prepared image of exactly the network's input size; missing is 0, or NaN where there is no image.</summary>
internal sealed class SavedPreparedRow
{
    [ColumnName(SavedColumns.Image)]
    [UnsizedImage]
    public MLImage? Image { get; set; }

    [ColumnName(SavedColumns.Missing)]
    [VectorType(1)]
    public float[] Missing { get; set; } = [0];
}
