using System.Globalization;
using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Detection.Weights;

/// <summary>What a file says of a detector's tensors: the network, the classes, the anchors and the preprocessing.</summary>
internal static class DetectionMetadata
{
    // A line a class: its number, a space and its name.
    private const string Classes = "classes";

    // A line a map where they are not SSD's: height and width of each.
    private const string Anchors = "anchors";

    /// <summary>Whether metadata are of a detector.</summary>
    public static bool IsOfDetector(IReadOnlyDictionary<string, string> metadata) => metadata.ContainsKey(Classes);

    /// <summary>The metadata of weights.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="numbers">A number for each class, as the data set has them.</param>
    public static Dictionary<string, string> Write(DetectionWeights weights, IReadOnlyList<int> numbers)
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

        return metadata;
    }

    /// <summary>Tensors as the weights that metadata say they are.</summary>
    /// <exception cref="WeightsFormatException">The metadata do not say enough, or the tensors do not fit.</exception>
    public static DetectionWeights Read(
        string source, IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        string[] labels = [.. metadata.GetValueOrDefault(Classes, "").Split('\n').Select(Label)];
        if (labels.Contains("", StringComparer.Ordinal)
            || WeightsMetadata.ReadPadding(source, metadata) is not { } padding
            || ArchitectureMetadata.Read(source, metadata, numClasses: 0, padding) is not { } architecture
            || WeightsMetadata.ReadPreprocessing(source, metadata) is not { } preprocessing)
        {
            throw new WeightsFormatException(source, "its metadata does not have a detector's network, classes and preprocessing.");
        }

        return new(source, architecture, labels, tensors, preprocessing, Shapes(source, metadata));
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
