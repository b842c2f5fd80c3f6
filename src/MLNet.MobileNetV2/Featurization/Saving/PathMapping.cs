using Microsoft.ML.Transforms;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>Prepares pictures named by path.</summary>
[CustomMappingFactoryAttribute(SavedContracts.Path)]
internal sealed class PathMapping : CustomMappingFactory<SavedPathRow, SavedPreparedRow>
{
    public override Action<SavedPathRow, SavedPreparedRow> GetMapping() => new SavedPreparation().Prepare;
}
