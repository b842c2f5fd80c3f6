using System.Buffers.Binary;
using System.IO.Compression;
using MLNet.MobileNetV2.WeightsImport.Onnx;

namespace MLNet.MobileNetV2.Detection.Weights;

/// <summary>
/// Reads a detector's weights out of a pipeline that ML.NET saved: they are the tensors of its ONNX graph, whose metadata are
/// <see cref="DetectionMetadata"/>.
/// </summary>
internal static class SavedDetectorFile
{
    // ML.NET's own name: the length, then the graph.
    private const string GraphEntry = "OnnxModel";
    private const int MostBytes = 1 << 28;

    /// <summary>Whether a file begins as a zip archive.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> file) => file.StartsWith("PK\x3\x4"u8);

    /// <summary>Reads the first detector.</summary>
    /// <exception cref="WeightsFormatException">The file is damaged, or is no pipeline with a detector.</exception>
    public static DetectionWeights Read(string source, byte[] file)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(file), ZipArchiveMode.Read);
            foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.Name == GraphEntry))
            {
                var (metadata, tensors) = OnnxReader.ReadTensors(source, Graph(source, entry));
                if (DetectionMetadata.IsOfDetector(metadata))
                {
                    return DetectionMetadata.Read(source, metadata, tensors);
                }
            }
        }
        catch (InvalidDataException error)
        {
            throw new WeightsFormatException(source, $"it is a damaged zip archive: {error.Message}", error);
        }

        throw new WeightsFormatException(
            source,
            "it is a zip archive without a detector; what 'mobilenetv2 detect train' or a pipeline that detects objects saved is needed.");
    }

    private static byte[] Graph(string source, ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        Span<byte> head = stackalloc byte[sizeof(int)];
        if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            throw new WeightsFormatException(source, "its graph is empty.");
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length <= 0 || length > MostBytes || length != entry.Length - head.Length)
        {
            throw new WeightsFormatException(
                source, $"its graph says that it has {length:N0} bytes and has {entry.Length - head.Length:N0}.");
        }

        byte[] graph = new byte[length];
        return stream.ReadAtLeast(graph, length, throwOnEndOfStream: false) == length
            ? graph
            : throw new WeightsFormatException(source, "its graph ends too soon.");
    }
}
