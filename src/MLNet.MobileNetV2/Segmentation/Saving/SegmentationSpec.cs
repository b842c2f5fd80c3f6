using System.Text.Json;
using System.Text.Json.Serialization;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Segmentation.Saving;

/// <summary>What a saved segmentation must know beside its graph; travels as JSON in a constant text column.</summary>
internal sealed record SegmentationSpec(
    [property: JsonRequired] string Weights,
    [property: JsonRequired] ImagePreprocessing Preprocessing,
    [property: JsonRequired] IReadOnlyList<string> Labels,
    [property: JsonRequired] int MapSide,
    [property: JsonRequired] SegmentationMapSize MapSize,
    bool IncludeProbabilities = false,
    BadImageHandling OnBadImage = BadImageHandling.Throw)
{
    private const int MaxMapSide = 4096;

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public string ToJson() => JsonSerializer.Serialize(this, s_options);

    /// <summary>Reads the JSON of a model that may come from anywhere.</summary>
    /// <exception cref="InvalidDataException">It is not a specification of this library.</exception>
    public static SegmentationSpec Parse(string json)
    {
        try
        {
            SegmentationSpec spec = JsonSerializer.Deserialize<SegmentationSpec>(json, s_options) ?? throw new JsonException("It is null.");
            spec.Preprocessing.Validate();
            return spec is { MapSide: >= 1 and <= MaxMapSide, Labels.Count: >= 2 and <= SegmentationWeights.MaxClasses }
                ? spec
                : throw new JsonException($"It has a map side of {spec.MapSide} and {spec.Labels.Count} classes.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException($"The model's segmentation specification cannot be read: {error.Message}", error);
        }
    }
}
