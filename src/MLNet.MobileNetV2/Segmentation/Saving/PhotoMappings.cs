using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Segmentation.Saving;

/// <summary>Prepares photos named by path.</summary>
[CustomMappingFactoryAttribute(SegmentationContracts.Path)]
internal sealed class PhotoPathMapping : CustomMappingFactory<SavedPathRow, PreparedPhotoRow>
{
    public override Action<SavedPathRow, PreparedPhotoRow> GetMapping() => Photos.Preparation().Prepare;
}

/// <summary>Prepares decoded photos.</summary>
[CustomMappingFactoryAttribute(SegmentationContracts.Image)]
internal sealed class PhotoImageMapping : CustomMappingFactory<SavedImageRow, PreparedPhotoRow>
{
    public override Action<SavedImageRow, PreparedPhotoRow> GetMapping() => Photos.Preparation().Prepare;
}

/// <summary>Prepares encoded photos.</summary>
[CustomMappingFactoryAttribute(SegmentationContracts.Encoded)]
internal sealed class PhotoEncodedMapping : CustomMappingFactory<SavedEncodedRow, PreparedPhotoRow>
{
    public override Action<SavedEncodedRow, PreparedPhotoRow> GetMapping() => Photos.Preparation().Prepare;
}

/// <summary>Photos as a segmentation's specification has them prepared.</summary>
file static class Photos
{
    public static PhotoPreparation Preparation() =>
        new(json => (SegmentationSpec.Parse(json).Preprocessing, BadImageHandling.Throw));
}
