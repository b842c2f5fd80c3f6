namespace MLNet.MobileNetV2.Onnx;

/// <summary>A node of a graph that C# computes. What it takes and gives is float32 of fixed shapes.</summary>
/// <param name="Name">Its operator type, in <see cref="ManagedOperators.Domain"/>; no other node has it.</param>
/// <param name="InputLengths">Number of values of each input.</param>
/// <param name="OutputShapes">Dimensions of each output.</param>
/// <param name="Compute">Computes the outputs; called on any thread, on several at a time.</param>
internal sealed record ManagedOperator(
    string Name, IReadOnlyList<int> InputLengths, IReadOnlyList<long[]> OutputShapes, Action<OperatorRun> Compute);

/// <summary>The inputs and outputs of one run of a node, in memory that is valid until the node ends.</summary>
internal sealed unsafe class OperatorRun
{
    // Enough pieces for threads of different speed, and each still large.
    private const int PiecesPerThread = 4;

    private readonly ManagedOperator _operator;
    private readonly OnnxRuntimeApi _api;
    private readonly void* _context;
    private readonly float*[] _inputs;
    private readonly float*[] _outputs;
    private readonly int _threads;

    public OperatorRun(ManagedOperator managed, OnnxRuntimeApi api, void* context, int threads)
    {
        _operator = managed;
        _api = api;
        _context = context;
        _threads = threads;
        _inputs = new float*[managed.InputLengths.Count];
        _outputs = new float*[managed.OutputShapes.Count];
        for (int i = 0; i < _inputs.Length; i++)
        {
            _inputs[i] = api.Input(context, i);
        }

        for (int i = 0; i < _outputs.Length; i++)
        {
            _outputs[i] = api.Output(context, i, managed.OutputShapes[i]);
        }
    }

    public ReadOnlySpan<float> Input(int index) => new(_inputs[index], _operator.InputLengths[index]);

    public Span<float> Output(int index)
    {
        long length = 1;
        foreach (long dimension in _operator.OutputShapes[index])
        {
            length *= dimension;
        }

        return new(_outputs[index], checked((int)length));
    }

    /// <summary>Works on channels, a range at a time, on the threads of the session.</summary>
    /// <param name="channels">Number of channels.</param>
    /// <param name="work">Takes the first and the end of a range; ranges must not share what they write.</param>
    public void ForChannels(int channels, Action<int, int> work)
    {
        int pieces = Math.Min(channels, _threads * PiecesPerThread);
        if (_threads == 1)
        {
            work(0, channels);
            return;
        }

        _api.ParallelFor(_context, pieces, piece => work(
            (int)((long)channels * piece / pieces), (int)((long)channels * (piece + 1) / pieces)));
    }
}
