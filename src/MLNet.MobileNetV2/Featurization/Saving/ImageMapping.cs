using Microsoft.ML.Transforms;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>Prepares decoded pictures.</summary>
[CustomMappingFactoryAttribute(SavedContracts.Image)]
internal sealed class ImageMapping : CustomMappingFactory<SavedImageRow, SavedPreparedRow>
{
    public override Action<SavedImageRow, SavedPreparedRow> GetMapping() => new SavedPreparation().Prepare;
}
