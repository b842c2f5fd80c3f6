using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>An encoded picture, and how to prepare it.</summary>
internal sealed class SavedEncodedRow
{
    [ColumnName(SavedColumns.Source)]
    public VBuffer<byte> Source { get; set; }

    [ColumnName(SavedColumns.Spec)]
    public ReadOnlyMemory<char> Spec { get; set; }
}
