using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.MobileNetV2.Detection.Pipeline;

/// <summary>What a saved detector must know beside its graph; travels as JSON in a constant text column.</summary>
internal sealed record DetectionSpec(
    [property: JsonRequired] string Weights,
    [property: JsonRequired] ImagePreprocessing Preprocessing,
    [property: JsonRequired] IReadOnlyList<string> Labels,
    [property: JsonRequired] BadImageHandling OnBadImage)
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public string ToJson() => JsonSerializer.Serialize(this, s_options);

    /// <summary>Reads the JSON of a model that may come from anywhere.</summary>
    /// <exception cref="InvalidDataException">It is not a specification of this library.</exception>
    public static DetectionSpec Parse(string json)
    {
        try
        {
            DetectionSpec spec = JsonSerializer.Deserialize<DetectionSpec>(json, s_options) ?? throw new JsonException("It is null.");
            spec.Preprocessing.Validate();
            return spec.Labels.Contains(null) ? throw new JsonException("A class has no name.") : spec;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException($"The model's detection specification cannot be read: {error.Message}", error);
        }
    }
}
