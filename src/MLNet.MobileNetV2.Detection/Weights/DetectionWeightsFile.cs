using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Detection.Weights;

/// <summary>A detector's weights as a safetensors file with <see cref="DetectionMetadata"/>.</summary>
internal static class DetectionWeightsFile
{
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
        Dictionary<string, string> metadata = DetectionMetadata.Write(weights, numbers);
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
        return DetectionMetadata.Read(source, content.Metadata, content.Tensors);
    }
}
