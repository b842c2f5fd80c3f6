using System.Globalization;
using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Detection.Weights;

/// <summary>A detector's weights as a safetensors file, whose metadata has the network, the classes and the preprocessing.</summary>
internal static class DetectionWeightsFile
{
    // A line a class: its number, a space and its name.
    private const string Classes = "classes";

    // A line a map where they are not SSD's: height and width of each.
    private const string Anchors = "anchors";

    /// <summary>Writes weights to a stream, which stays open.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="numbers">A number for each class, as the data set has them.</param>
    /// <param name="origin">What the metadata says beside.</param>
    /// <param name="type">The type that values are rounded to, but those of the small tensors, which cost little and matter most.</param>
    public static void Write(
        Stream stream,
        DetectionWeights weights,
        IReadOnlyList<int> numbers,
        IReadOnlyDictionary<string, string> origin,
        SafetensorsType type)
    {
        Dictionary<string, string> metadata = WeightsMetadata.Write(weights.Preprocessing);
        metadata[WeightsMetadata.Padding] = weights.Architecture.Padding.ToString();
        ArchitectureMetadata.Write(metadata, weights.Architecture);
        metadata[Classes] = string.Join(
            '\n', weights.Labels.Zip(numbers, (label, number) => string.Create(CultureInfo.InvariantCulture, $"{number} {label}")));
        if (weights.OwnShapes is { } shapes)
        {
            metadata[Anchors] = string.Join(
                '\n', shapes.Select(map => string.Join(' ', map.Select(shape => string.Create(
                    CultureInfo.InvariantCulture, $"{shape.Height:R},{shape.Width:R}")))));
        }

        foreach ((string key, string text) in origin)
        {
            metadata.Add(key, text);
        }

        SafetensorsWriter.Write(stream, weights.Tensors, metadata, type, keepsSmall: true);
    }

    /// <summary>Reads weights.</summary>
    /// <exception cref="WeightsFormatException">The file is damaged or holds another network.</exception>
    public static DetectionWeights Read(string source, ReadOnlyMemory<byte> file)
    {
        SafetensorsFile content = SafetensorsReader.Read(source, file);
        IReadOnlyDictionary<string, string> metadata = content.Metadata;
        string[] labels = [.. metadata.GetValueOrDefault(Classes, "").Split('\n').Select(Label)];
        if (labels.Contains("", StringComparer.Ordinal)
            || WeightsMetadata.ReadPadding(source, metadata) is not { } padding
            || ArchitectureMetadata.Read(source, metadata, numClasses: 0, padding) is not { } architecture
            || WeightsMetadata.ReadPreprocessing(source, metadata) is not { } preprocessing)
        {
            throw new WeightsFormatException(source, "its metadata does not have a detector's network, classes and preprocessing.");
        }

        return new(source, architecture, labels, content.Tensors, preprocessing, Shapes(source, metadata));
    }

    private static AnchorShape[][]? Shapes(string source, IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue(Anchors, out string? text)
            ? [.. text.Split('\n').Select(map => map.Split(' ').Select(shape => Shape(source, shape)).ToArray())]
            : null;

    private static AnchorShape Shape(string source, string text)
    {
        string[] sides = text.Split(',');
        return sides.Length == 2 && TryParse(sides[0], out float height) && TryParse(sides[1], out float width)
            ? new(height, width)
            : throw new WeightsFormatException(source, $"the anchor '{text}' of its metadata is not height,width.");

        static bool TryParse(string side, out float value) =>
            float.TryParse(side, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static string Label(string line) => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
}
