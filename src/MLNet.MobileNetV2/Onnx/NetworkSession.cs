using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>
/// An ONNX Runtime session with one output. Thread-safe, also against disposal: data views are
/// read late and on threads of ML.NET's, and a run on freed native memory ends the process.
/// </summary>
internal sealed class NetworkSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly ReaderWriterLockSlim _use = new();
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly long[] _inputShape;
    private bool _isDisposed;

    /// <summary>Builds the graph with one output and loads it.</summary>
    /// <exception cref="NotSupportedException">The installed ONNX Runtime does not have the provider, or cannot use it.</exception>
    public NetworkSession(MobileNetV2Weights weights, InferenceGraphOutputs output, FeatureTap tap, NetworkSessionOptions options)
        : this(
            InferenceGraph.Write(weights, output, tap),
            ModelTensors.Pixels,
            [3, weights.Preprocessing.Size, weights.Preprocessing.Size],
            output == InferenceGraphOutputs.Logits ? ModelTensors.Logits : ModelTensors.Features,
            output == InferenceGraphOutputs.Logits ? weights.ClassCount ?? 0 : LengthOf(tap, weights),
            options)
    {
    }

    /// <summary>Loads a graph with one output; shape and length are those of one image.</summary>
    /// <exception cref="NotSupportedException">The installed ONNX Runtime does not have the provider, or cannot use it.</exception>
    public NetworkSession(
        byte[] graph, string inputName, IReadOnlyList<int> inputShape, string outputName, int outputLength, NetworkSessionOptions options)
    {
        _inputNames = [inputName];
        _inputShape = [.. inputShape.Select(dimension => (long)dimension)];
        InputLength = Product(inputShape);
        _outputNames = [outputName];
        OutputLength = outputLength;
        using SessionOptions created = options.Create();
        _session = (options.Provider ?? ExecutionProvider.Cpu).Load(graph, created);
    }

    public int InputLength { get; }

    /// <summary>Number of values that the network gives for one image; the most, where that depends on the image.</summary>
    public int OutputLength { get; }

    public void Run(Memory<float> pixels, Span<float> output) => Run(pixels, 1, output);

    /// <summary>
    /// Runs the network on images, one after another at the start of memory that may be longer, and says how many values it gave.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public int Run(Memory<float> pixels, int count, Span<float> output) => Run(pixels, count, output, static (given, output) =>
    {
        given.CopyTo(output);
        return given.Length;
    });

    /// <summary>Runs the network on one image, and gives all of its values, however many these are.</summary>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public float[] Run(Memory<float> pixels) => Run(pixels, 1, 0, static (given, _) => given.ToArray());

    /// <summary>Waits for the runs under way, then frees the session; later runs throw.</summary>
    public void Dispose()
    {
        _use.EnterWriteLock();
        try
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                _session.Dispose();
                _runOptions.Dispose();
            }
        }
        finally
        {
            _use.ExitWriteLock();
        }
    }

    private TResult Run<TState, TResult>(
        Memory<float> pixels, int count, TState state, Func<ReadOnlySpan<float>, TState, TResult> use)
        where TState : allows ref struct
    {
        _use.EnterReadLock();
        try
        {
            if (_isDisposed)
            {
                throw new ObjectDisposedException(
                    "MobileNetV2",
                    "The network was disposed. Data views read images late: dispose a model after the last of them is read. "
                    + "A PredictionEngine disposes its model too, unless its option OwnsTransformer is false.");
            }

            using OrtValue input = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, pixels[..(count * InputLength)], [count, .. _inputShape]);
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_runOptions, _inputNames, [input], _outputNames);
            return use(results[0].GetTensorDataAsSpan<float>(), state);
        }
        finally
        {
            _use.ExitReadLock();
        }
    }

    private static int LengthOf(FeatureTap tap, MobileNetV2Weights weights) =>
        Product(tap.ShapeOf(weights.Architecture, weights.Preprocessing.Size));

    private static int Product(IReadOnlyList<int> shape) => shape.Aggregate((product, dimension) => checked(product * dimension));
}
