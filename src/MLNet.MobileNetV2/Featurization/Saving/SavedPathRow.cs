using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>A picture as a file path, and how to prepare it.</summary>
internal sealed class SavedPathRow
{
    [ColumnName(SavedColumns.Source)]
    public ReadOnlyMemory<char> Source { get; set; }

    [ColumnName(SavedColumns.Spec)]
    public ReadOnlyMemory<char> Spec { get; set; }
}
