using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>
/// A network that gives the maps behind its units, its features and its logits in one run, with one thread a view. Thread-safe; dispose it
/// after its last run.
/// </summary>
internal sealed class TeacherSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly Dictionary<string, long[]> _shapes;
    private readonly string[] _names;
    private readonly long[] _pixels;

    /// <summary>Loads the network.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="units">The units behind which maps are taken.</param>
    public TeacherSession(MobileNetV2Weights weights, IEnumerable<int> units)
    {
        int size = weights.Preprocessing.Size;
        _pixels = [1, 3, size, size];
        using SessionOptions options = new NetworkSessionOptions(IntraOpThreadCount: 1).Create();
        _session = new InferenceSession(InferenceGraph.WriteUnits(weights, units), options);
        _shapes = _session.OutputMetadata.ToDictionary(
            output => output.Key,
            output => output.Value.Dimensions.Select((dimension, axis) => axis == 0 ? 1 : (long)dimension).ToArray(),
            StringComparer.Ordinal);
        _names = [.. _shapes.Keys];
        Lengths = _shapes.ToDictionary(
            output => output.Key,
            output => checked((int)output.Value.Aggregate(1L, (product, dimension) => product * dimension)),
            StringComparer.Ordinal);
        PixelCount = 3 * size * size;
    }

    /// <summary>Values of one view's pixels.</summary>
    public int PixelCount { get; }

    /// <summary>The outputs with the number of their values for one view.</summary>
    public IReadOnlyDictionary<string, int> Lengths { get; }

    /// <summary>Channels of an output.</summary>
    public int ChannelsOf(string output) => (int)_shapes[output][1];

    /// <summary>Fills in a view's outputs.</summary>
    public void Run(DistillationBatch batch, int view)
    {
        var values = new List<OrtValue>();
        try
        {
            foreach (string name in _names)
            {
                values.Add(Value(batch.OutputOf(name, view), _shapes[name]));
            }

            using OrtValue pixels = Value(batch.PixelsOf(view), _pixels);
            _session.Run(_runOptions, [ModelTensors.Pixels], [pixels], _names, values);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }

    private static OrtValue Value(Memory<float> memory, long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);
}
