using System.Globalization;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Parquet;

/// <summary>The origin of features, and the share that they are, as the text metadata of a file.</summary>
internal static class FeatureOriginMetadata
{
    private const string WeightsName = "weights.name";
    private const string WeightsSha256 = "weights.sha256";
    private const string TensorsSha256 = "weights.tensors_sha256";
    private const string TapBlock = "tap.block";
    private const string TapIsPooled = "tap.pooled";
    private const string FeatureCount = "features.count";
    private const string MapSide = "features.map_side";
    private const string ShareNumber = "share.number";
    private const string ShareCount = "share.count";
    private const string ShareList = "share.list";
    private const string LibraryVersion = "library.version";
    private const int MaxTextLength = 1000;

    public static Dictionary<string, string> Write(FeatureOrigin origin)
    {
        Dictionary<string, string> metadata = WeightsMetadata.Write(origin.Preprocessing);
        metadata[WeightsMetadata.Padding] = origin.Padding.ToString();
        metadata[WeightsName] = origin.WeightsName;
        metadata[TensorsSha256] = origin.TensorsSha256;
        metadata[TapIsPooled] = origin.Tap.IsPooled ? "true" : "false";
        metadata[FeatureCount] = origin.FeatureCount.ToString(CultureInfo.InvariantCulture);
        metadata[LibraryVersion] = origin.LibraryVersion;
        AddIfAny(WeightsSha256, origin.WeightsSha256);
        AddIfAny(TapBlock, origin.Tap.Block?.ToString(CultureInfo.InvariantCulture));
        AddIfAny(MapSide, origin.MapSide?.ToString(CultureInfo.InvariantCulture));
        return metadata;

        void AddIfAny(string key, string? value)
        {
            if (value is not null)
            {
                metadata[key] = value;
            }
        }
    }

    public static void Write(FeatureShare share, Dictionary<string, string> metadata)
    {
        metadata[ShareNumber] = share.Number.ToString(CultureInfo.InvariantCulture);
        metadata[ShareCount] = share.Count.ToString(CultureInfo.InvariantCulture);
        metadata[ShareList] = share.List;
    }

    /// <summary>Reads the share of a file that may come from anywhere; null where it has none.</summary>
    /// <exception cref="FeatureFileException">An entry is missing or not valid.</exception>
    public static FeatureShare? ReadShare(string file, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.ContainsKey(ShareNumber) && !metadata.ContainsKey(ShareCount) && !metadata.ContainsKey(ShareList))
        {
            return null;
        }

        string list = metadata.GetValueOrDefault(ShareList) ?? throw Missing(file, ShareList);
        int count = Number(ShareCount, int.MaxValue);
        int number = Number(ShareNumber, count);
        return list.Length is >= 1 and <= FeatureShare.MaxListLength ? new(number, count, list) : throw Wrong(file, ShareList, list);

        int Number(string key, int most) => metadata.TryGetValue(key, out string? text)
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= 1 && value <= most
                ? value
                : throw Wrong(file, key, text)
            : throw Missing(file, key);
    }

    /// <summary>Reads the metadata of a file that may come from anywhere.</summary>
    /// <exception cref="FeatureFileException">An entry is missing or not valid.</exception>
    public static FeatureOrigin Read(string file, IReadOnlyDictionary<string, string> metadata)
    {
        try
        {
            var origin = new FeatureOrigin
            {
                WeightsName = Text(WeightsName)!,
                WeightsSha256 = Text(WeightsSha256, isRequired: false),
                TensorsSha256 = Text(TensorsSha256)!,
                Preprocessing = WeightsMetadata.ReadPreprocessing(file, metadata) ?? throw Missing(file, "preprocessing.size"),
                Padding = WeightsMetadata.ReadPadding(file, metadata) ?? throw Missing(file, WeightsMetadata.Padding),
                Tap = new FeatureTap(Number(TapBlock, isRequired: false), Boolean(TapIsPooled)),
                FeatureCount = Number(FeatureCount)!.Value,
                MapSide = Number(MapSide, isRequired: false),
                LibraryVersion = Text(LibraryVersion)!,
            };
            return HasPossibleShape(origin)
                ? origin
                : throw new FeatureFileException(
                    file, $"its metadata says {origin.FeatureCount} features in maps of side {origin.MapSide}, which cannot be.");
        }
        catch (WeightsFormatException error)
        {
            throw new FeatureFileException(file, error.Reason, error);
        }

        string? Text(string key, bool isRequired = true) => metadata.TryGetValue(key, out string? text)
            ? text is { Length: > 0 and <= MaxTextLength } ? text : throw Wrong(file, key, text)
            : isRequired ? throw Missing(file, key) : null;

        int? Number(string key, bool isRequired = true) => Text(key, isRequired) is not { } text ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                && value is >= 1 and <= FeatureFileLayout.MaxFeatureCount
                ? value
                : throw Wrong(file, key, text);

        bool Boolean(string key) => Text(key) switch
        {
            "true" => true,
            "false" => false,
            var text => throw Wrong(file, key, text),
        };
    }

    private static bool HasPossibleShape(FeatureOrigin origin) => origin.MapSide is { } side
        ? !origin.Tap.IsPooled && origin.FeatureCount % ((long)side * side) == 0
        : origin.Tap.IsPooled;

    private static FeatureFileException Missing(string file, string key) =>
        new(file, $"its metadata has no '{key}'; a file that this library wrote is needed.");

    private static FeatureFileException Wrong(string file, string key, string? text) =>
        new(file, $"its metadata '{key}' is '{(text is { Length: > 100 } ? text[..100] : text)}', which is not a valid value.");
}
