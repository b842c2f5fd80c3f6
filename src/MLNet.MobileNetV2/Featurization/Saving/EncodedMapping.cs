using Microsoft.ML.Transforms;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>Prepares encoded pictures.</summary>
[CustomMappingFactoryAttribute(SavedContracts.Encoded)]
internal sealed class EncodedMapping : CustomMappingFactory<SavedEncodedRow, SavedPreparedRow>
{
    public override Action<SavedEncodedRow, SavedPreparedRow> GetMapping() => new SavedPreparation().Prepare;
}
