using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>A decoded picture, and how to prepare it.</summary>
internal sealed class SavedImageRow
{
    [ColumnName(SavedColumns.Source)]
    [UnsizedImage]
    public MLImage? Source { get; set; }

    [ColumnName(SavedColumns.Spec)]
    public ReadOnlyMemory<char> Spec { get; set; }
}
