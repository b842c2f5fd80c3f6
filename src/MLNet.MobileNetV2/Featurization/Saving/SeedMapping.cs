using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>A row of no columns.</summary>
internal sealed class EmptyRow;

/// <summary>The empty text from which the constant specification column is made.</summary>
internal sealed class SeedRow
{
    [ColumnName(SavedColumns.Seed)]
    public ReadOnlyMemory<char> Seed { get; set; }
}

/// <summary>Gives the constant empty text.</summary>
[CustomMappingFactoryAttribute(SavedContracts.Seed)]
internal sealed class SeedMapping : CustomMappingFactory<EmptyRow, SeedRow>
{
    public override Action<EmptyRow, SeedRow> GetMapping() => Map;

    private static void Map(EmptyRow source, SeedRow target) => target.Seed = ReadOnlyMemory<char>.Empty;
}
