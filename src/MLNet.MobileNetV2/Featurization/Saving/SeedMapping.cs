using Microsoft.ML.Transforms;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>Gives the constant empty text.</summary>
[CustomMappingFactoryAttribute(SavedContracts.Seed)]
internal sealed class SeedMapping : CustomMappingFactory<EmptyRow, SeedRow>
{
    public override Action<EmptyRow, SeedRow> GetMapping() => Map;

    private static void Map(EmptyRow source, SeedRow target) => target.Seed = ReadOnlyMemory<char>.Empty;
}
