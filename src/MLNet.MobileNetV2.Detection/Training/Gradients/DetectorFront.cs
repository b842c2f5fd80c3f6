using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Detection.Training.Gradients;

/// <summary>
/// The layers in front of those that train, which run as inference with one thread a view; none if the stem trains. Thread-safe; disposes
/// its session.
/// </summary>
internal sealed class DetectorFront : IDisposable
{
    private const string Maps = "maps";

    private readonly NetworkSession? _session;

    public DetectorFront(TrainedDetector detector)
    {
        OutputLength = detector.Layout.InputLength;
        if (detector.Taps is { } taps)
        {
            int size = detector.Weights.Preprocessing.Size;
            byte[] graph = Write(detector, taps, size);
            _session = new NetworkSession(graph, ModelTensors.Pixels, [3, size, size], Maps, OutputLength, new(IntraOpThreadCount: 1));
        }
    }

    /// <summary>Whether there are layers in front.</summary>
    public bool HasLayers => _session is not null;

    /// <summary>Number of values of a sample.</summary>
    public int OutputLength { get; }

    /// <summary>Makes a sample of a view's pixels.</summary>
    public void Run(Memory<float> pixels, Span<float> sample)
    {
        if (_session is null)
        {
            pixels.Span.CopyTo(sample);
        }
        else
        {
            _session.Run(pixels, sample);
        }
    }

    public void Dispose() => _session?.Dispose();

    private static byte[] Write(TrainedDetector detector, IReadOnlyList<FeatureTap> taps, int size)
    {
        var graph = new OnnxGraphBuilder("MobileNetV2DetectionMaps");
        string pixels = graph.Input(ModelTensors.Pixels, ModelTensors.BatchDimension, 3, size, size);
        string x = InferenceGraph.Normalize(graph, pixels, detector.Weights.Preprocessing);
        IReadOnlyList<string> maps = InferenceGraph.WriteMaps(graph, detector.Weights.Backbone, x, taps);
        string[] rows =
        [
            .. maps.Index().Select(map => graph.Node("Flatten", $"{Maps}.{map.Index}", [map.Item], OnnxGraphBuilder.Attribute("axis", 1))),
        ];
        graph.Node("Concat", Maps, rows, OnnxGraphBuilder.Attribute("axis", 1));
        graph.Output(Maps, ModelTensors.BatchDimension, detector.Layout.InputLength);
        return graph.ToBytes();
    }
}
