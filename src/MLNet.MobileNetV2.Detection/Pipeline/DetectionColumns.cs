using MLNet.MobileNetV2.Detection.Inference;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Detection.Pipeline;

/// <summary>Names of the columns inside a saved detector, beside <see cref="SavedColumns"/>. Zips hold them: never change them.</summary>
internal static class DetectionColumns
{
    public const string Detections = SavedColumns.Prefix + DetectionGraph.Detections;
    public const string Labels = SavedColumns.Prefix + "labels";
    public const string Boxes = SavedColumns.Prefix + "boxes";
    public const string Scores = SavedColumns.Prefix + "scores";
}

/// <summary>Contract names of the custom mappings in saved detectors. Zips hold them: a change of meaning gets a new version.</summary>
internal static class DetectionContracts
{
    public const string Path = "MLNet.MobileNetV2.DetectionPath.v1";
    public const string Image = "MLNet.MobileNetV2.DetectionImage.v1";
    public const string Encoded = "MLNet.MobileNetV2.DetectionEncoded.v1";
    public const string Objects = "MLNet.MobileNetV2.DetectionObjects.v1";
}
