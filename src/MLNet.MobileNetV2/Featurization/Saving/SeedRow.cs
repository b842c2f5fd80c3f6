using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>The empty text from which the constant specification column is made.</summary>
internal sealed class SeedRow
{
    [ColumnName(SavedColumns.Seed)]
    public ReadOnlyMemory<char> Seed { get; set; }
}
