using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Detection.Pipeline;

/// <summary>
/// Prepares one photo a row as the specification in it has it. ML.NET saves which assembly a mapping's method is of, and loads that before
/// it looks for the contract: the method must be of this one. Thread-safe.
/// </summary>
internal sealed class DetectionPreparation
{
    private readonly PhotoPreparation _preparation = new(json =>
    {
        DetectionSpec spec = DetectionSpec.Parse(json);
        return (spec.Preprocessing, spec.OnBadImage);
    });

    public void Prepare(ISavedRow source, PreparedPhotoRow target) => _preparation.Prepare(source, target);
}

/// <summary>Prepares photos named by path.</summary>
[CustomMappingFactoryAttribute(DetectionContracts.Path)]
internal sealed class PhotoPathMapping : CustomMappingFactory<SavedPathRow, PreparedPhotoRow>
{
    public override Action<SavedPathRow, PreparedPhotoRow> GetMapping() => new DetectionPreparation().Prepare;
}

/// <summary>Prepares decoded photos.</summary>
[CustomMappingFactoryAttribute(DetectionContracts.Image)]
internal sealed class PhotoImageMapping : CustomMappingFactory<SavedImageRow, PreparedPhotoRow>
{
    public override Action<SavedImageRow, PreparedPhotoRow> GetMapping() => new DetectionPreparation().Prepare;
}

/// <summary>Prepares encoded photos.</summary>
[CustomMappingFactoryAttribute(DetectionContracts.Encoded)]
internal sealed class PhotoEncodedMapping : CustomMappingFactory<SavedEncodedRow, PreparedPhotoRow>
{
    public override Action<SavedEncodedRow, PreparedPhotoRow> GetMapping() => new DetectionPreparation().Prepare;
}
