using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Validation;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2;

/// <summary>A detector's network and classes, as training gives them and a file keeps them. Immutable and thread-safe.</summary>
public sealed class DetectorModel
{
    private const int MostBytes = 1 << 28;

    private static readonly Lazy<DetectorModel> s_coco = new(() => new(CocoDetector.Read()));

    internal DetectorModel(DetectionWeights weights) => Weights = weights;

    /// <summary>The model in the package: ssdlite_mobilenet_v2, trained on COCO, of 80 classes.</summary>
    public static DetectorModel Coco => s_coco.Value;

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Labels => Weights.Labels;

    internal DetectionWeights Weights { get; }

    /// <summary>
    /// Reads a model that <see cref="Save"/> wrote, or that of a pipeline with <see cref="MobileNetV2DetectionTransformer"/> that
    /// <c>mlContext.Model.Save</c> wrote.
    /// </summary>
    /// <param name="path">A safetensors or a zip file, told by its content.</param>
    /// <exception cref="WeightsFormatException">It is damaged or holds something else.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static DetectorModel Load(string path)
    {
        Require.Text(path, "the path of a file");
        byte[] file = BoundedFile.Read(path, MostBytes);
        return new(SavedDetectorFile.Recognizes(file) ? SavedDetectorFile.Read(path, file) : DetectionWeightsFile.Read(path, file));
    }

    /// <summary>Writes the model as a safetensors file in float32; one that is there is replaced once the new one is whole.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path)
    {
        Require.Text(path, "the path of a file");
        int[] numbers = [.. Enumerable.Range(1, Labels.Count)];
        AtomicFile.Write(
            path,
            stream => DetectionWeightsFile.Write(stream, Weights, numbers, new Dictionary<string, string>(), SafetensorsType.F32));
    }
}
