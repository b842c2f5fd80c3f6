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
internal static class Photos
{
    /// <summary>Begins to prepare photos.</summary>
    /// <param name="badImageFound">Called for each bad one that does not throw; null for none.</param>
    public static PhotoPreparation Preparation(Action<BadImage>? badImageFound = null) => new(
        json =>
        {
            SegmentationSpec spec = SegmentationSpec.Parse(json);
            return (spec.Preprocessing, spec.OnBadImage);
        },
        badImageFound);
}
