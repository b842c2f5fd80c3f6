using Microsoft.ML.OnnxRuntime;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// The buffers of one thread that runs a gradient graph; ONNX Runtime reads and writes them where they lie. Not thread-safe; dispose it
/// after its last run.
/// </summary>
internal sealed class GradientWorker : IDisposable
{
    private readonly GradientGraph _graph;
    private readonly TrainedPart _part;
    private readonly Dictionary<string, float[]> _buffers = new(StringComparer.Ordinal);
    private readonly StemPatches? _stem;
    private readonly float[] _gradient;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly OrtValue[] _inputs;
    private readonly OrtValue[] _outputs;
    private readonly RunOptions _runOptions = new();

    /// <summary>Makes the buffers.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="part">What is trained.</param>
    /// <param name="tensors">The layout of the gradient.</param>
    /// <param name="weights">The values of the trained tensors, which the runs read.</param>
    /// <param name="stem">Lays out pixels; null if the stem is not trained.</param>
    public GradientWorker(GradientGraph graph, TrainedPart part, TrainedTensors tensors, PreparedWeights weights, StemPatches? stem)
    {
        _graph = graph;
        _part = part;
        _stem = stem;
        _gradient = new float[tensors.TotalLength];
        _inputNames = [.. graph.Inputs.Select(tensor => tensor.Name)];
        _outputNames = [.. graph.Outputs.Select(tensor => tensor.Name)];
        var gradients = tensors.ToDictionary(tensor => GraphNames.Gradient(tensor.Name), StringComparer.Ordinal);
        _inputs = [.. graph.Inputs.Select(tensor => Value(tensor, IsSample(tensor.Name) ? Buffer(tensor) : weights[tensor.Name]))];
        _outputs = [.. graph.Outputs.Select(tensor => Value(tensor, gradients.TryGetValue(tensor.Name, out TrainedTensor? trained)
            ? _gradient.AsMemory(trained.Offset, trained.Length)
            : Buffer(tensor)))];
    }

    /// <summary>The gradient of the last run, in the layout of the trained tensors.</summary>
    public ReadOnlySpan<float> Gradient => _gradient;

    /// <summary>An output of the last run that is no gradient.</summary>
    public ReadOnlySpan<float> Output(string name) => _buffers[name];

    /// <summary>Runs the graph on some samples of a batch.</summary>
    public GradientResult Run(InferenceSession session, GradientBatch batch, int first, double normalizer)
    {
        int count = Math.Min(_graph.Samples, batch.Count - first);
        Fill(batch, first, count, normalizer);
        session.Run(_runOptions, _inputNames, _inputs, _outputNames, _outputs);
        return Sum(batch, first, count);
    }

    public void Dispose()
    {
        foreach (OrtValue value in _inputs.Concat(_outputs))
        {
            value.Dispose();
        }

        _runOptions.Dispose();
    }

    private static bool IsSample(string name) =>
        name is GraphNames.Input or GraphNames.Targets or GraphNames.Weights or GraphNames.Dropout;

    private static OrtValue Value(GraphTensor tensor, Memory<float> memory) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, tensor.Shape);

    private float[] Buffer(GraphTensor tensor) => _buffers[tensor.Name] = new float[tensor.Length];

    // Samples beyond the batch weigh nothing; their values stay from before, or zero.
    private void Fill(GradientBatch batch, int first, int count, double normalizer)
    {
        float[] input = _buffers[GraphNames.Input];
        int length = _part.InputLength;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> sample = batch.Inputs.Span.Slice((first + i) * length, length);
            if (_stem is not null)
            {
                _stem.Place(sample, i, _graph.Samples, input);
            }
            else
            {
                PlaceChannels(sample, _part.InputShape, i, input);
            }
        }

        int outputs = _buffers[GraphNames.Targets].Length / _graph.Samples;
        ReadOnlySpan<float> targets = batch.Targets.Span.Slice(first * outputs, count * outputs);
        if (_part.MapShape is { } map)
        {
            for (int i = 0; i < count; i++)
            {
                PlaceChannels(targets.Slice(i * outputs, outputs), map, i, _buffers[GraphNames.Targets]);
            }
        }
        else
        {
            targets.CopyTo(_buffers[GraphNames.Targets]);
        }

        float[] weights = _buffers[GraphNames.Weights];
        Array.Clear(weights);
        for (int i = 0; i < count; i++)
        {
            weights[i] = (float)((batch.Weights.IsEmpty ? 1.0 : batch.Weights.Span[first + i]) / normalizer);
        }

        if (!_buffers.TryGetValue(GraphNames.Dropout, out float[]? dropout))
        {
            return;
        }

        if (batch.Dropout.IsEmpty)
        {
            Array.Fill(dropout, 1);
        }
        else
        {
            batch.Dropout.Span.Slice(first * _part.FeatureCount, count * _part.FeatureCount).CopyTo(dropout);
        }
    }

    private void PlaceChannels(ReadOnlySpan<float> sample, IReadOnlyList<int> shape, int index, Span<float> target)
    {
        if (shape.Count == 1)
        {
            sample.CopyTo(target[(index * sample.Length)..]);
            return;
        }

        int plane = shape[1] * shape[2];
        for (int channel = 0; channel < shape[0]; channel++)
        {
            sample.Slice(channel * plane, plane).CopyTo(target[(((channel * _graph.Samples) + index) * plane)..]);
        }
    }

    private GradientResult Sum(GradientBatch batch, int first, int count)
    {
        double loss = 0;
        int correct = 0;
        float[]? hits = _buffers.GetValueOrDefault(GraphNames.Hits);
        for (int i = 0; i < count; i++)
        {
            loss += (batch.Weights.IsEmpty ? 1.0 : batch.Weights.Span[first + i]) * _buffers[GraphNames.Losses][i];
            correct += hits is not null && hits[i] > 0 ? 1 : 0;
        }

        return new(loss, correct);
    }
}
