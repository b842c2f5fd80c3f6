using System.Text.Json;

namespace MLNet.MobileNetV2.WeightsImport.TfJs;

/// <summary>What the topology of a TF.js layers model says of its images.</summary>
internal static class TfJsTopology
{
    private const string Topology = "modelTopology";

    // Keras 2 and Keras 3.
    private static readonly string[] s_shapes = ["batch_input_shape", "batch_shape"];

    /// <summary>Side of the image that the first layer with a shape takes; null where there is none, or it takes any.</summary>
    /// <exception cref="WeightsFormatException">The image is not square, or too large.</exception>
    public static int? Side(string source, JsonElement root) =>
        root.TryGetProperty(Topology, out JsonElement topology) && Find(topology) is { } sides ? ImageSide.Check(source, sides) : null;

    // The depth is bounded by that of the JSON reader.
    private static (long? Height, long? Width)? Find(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    if ((s_shapes.Contains(property.Name) ? Sides(property.Value) : Find(property.Value)) is { } found)
                    {
                        return found;
                    }
                }

                return null;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    if (Find(item) is { } found)
                    {
                        return found;
                    }
                }

                return null;
            default:
                return null;
        }
    }

    // [batch, height, width, 3]; a layer of features has a shape too.
    private static (long? Height, long? Width)? Sides(JsonElement shape) =>
        shape.ValueKind == JsonValueKind.Array && shape.GetArrayLength() == 4
            && shape[1].ValueKind == JsonValueKind.Number && shape[2].ValueKind == JsonValueKind.Number
            && shape[3].ValueKind == JsonValueKind.Number && shape[3].TryGetInt64(out long channels) && channels == 3
            && shape[1].TryGetInt64(out long height) && shape[2].TryGetInt64(out long width)
            ? (height, width)
            : null;
}
