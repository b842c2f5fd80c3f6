using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Segmentation.Saving;

/// <summary>
/// Names of the columns inside a saved segmentation, beside <see cref="SavedColumns"/>. Zips hold them: never change them.
/// </summary>
internal static class SegmentationColumns
{
    public const string Logits = SavedColumns.Prefix + ModelTensors.Logits;
    public const string Map = SavedColumns.Prefix + "class_map";
    public const string MapSize = SavedColumns.Prefix + "class_map_size";
    public const string Labels = SavedColumns.Prefix + "class_map_labels";
    public const string Shares = SavedColumns.Prefix + "class_map_shares";
    public const string Probabilities = SavedColumns.Prefix + "class_map_probabilities";

    /// <summary>The columns of a result, and what their names are after that of the map.</summary>
    public static IReadOnlyList<(string Column, string Suffix)> Results(bool withProbabilities) =>
    [
        (Map, string.Empty), (MapSize, "Size"), (Labels, "Labels"), (Shares, "Shares"),
        .. withProbabilities ? (ReadOnlySpan<(string, string)>)[(Probabilities, "Probabilities")] : [],
    ];
}

/// <summary>Contract names of the custom mappings in saved models. Zips hold them: a change of meaning gets a new version.</summary>
internal static class SegmentationContracts
{
    public const string Path = "MLNet.MobileNetV2.SegmentationPath.v1";
    public const string Image = "MLNet.MobileNetV2.SegmentationImage.v1";
    public const string Encoded = "MLNet.MobileNetV2.SegmentationEncoded.v1";
    public const string Result = "MLNet.MobileNetV2.SegmentationResult.v1";
}
