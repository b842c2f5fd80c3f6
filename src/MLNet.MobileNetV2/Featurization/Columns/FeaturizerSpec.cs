using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>What a saved featurizer must know beside its graph; travels as JSON in a constant text column.</summary>
internal sealed record FeaturizerSpec(
    [property: JsonRequired] string Weights,
    string? Sha256,
    [property: JsonRequired] ImagePreprocessing Preprocessing,
    [property: JsonRequired] PaddingFlavor Padding,
    [property: JsonRequired] BadImageHandling OnBadImage,
    FeatureTap? Tap = null)
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static FeaturizerSpec Of(MobileNetV2Weights weights, BadImageHandling onBadImage, FeatureTap tap) =>
        new(weights.Name, weights.Sha256, weights.Preprocessing, weights.Padding, onBadImage, tap);

    public string ToJson() => JsonSerializer.Serialize(this, s_options);

    /// <summary>Reads the JSON of a model that may come from anywhere.</summary>
    /// <exception cref="InvalidDataException">It is not a specification of this library.</exception>
    public static FeaturizerSpec Parse(string json)
    {
        try
        {
            FeaturizerSpec spec = JsonSerializer.Deserialize<FeaturizerSpec>(json, s_options) ?? throw new JsonException("It is null.");
            spec.Preprocessing.Validate();
            return spec;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"The model's preprocessing specification cannot be read: {error.Message}", error);
        }
    }
}
