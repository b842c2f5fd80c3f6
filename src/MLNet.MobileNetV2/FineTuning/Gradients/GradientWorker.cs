using Microsoft.ML.OnnxRuntime;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// The buffers of one thread that runs a gradient graph; ONNX Runtime reads and writes them where they lie. Not thread-safe; dispose it
/// after its last run.
/// </summary>
internal sealed class GradientWorker : IDisposable
{
    private readonly GradientGraph _graph;
    private readonly SampleLayout _layout;
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
    /// <param name="layout">How samples lie in a batch.</param>
    /// <param name="tensors">The layout of the gradient.</param>
    /// <param name="weights">The values of each input that takes no samples, which the runs read.</param>
    /// <param name="stem">Lays out pixels; null if the stem is not trained.</param>
    public GradientWorker(
        GradientGraph graph, SampleLayout layout, TrainedTensors tensors, Func<string, Memory<float>> weights, StemPatches? stem)
    {
        _graph = graph;
        _layout = layout;
        _stem = stem;
        _gradient = new float[tensors.TotalLength];
        _inputNames = [.. graph.Inputs.Select(tensor => tensor.Name)];
        _outputNames = [.. graph.Outputs.Select(tensor => tensor.Name)];
        var gradients = tensors.ToDictionary(tensor => GraphNames.Gradient(tensor.Name), StringComparer.Ordinal);
        _inputs = [.. graph.Inputs.Select(tensor => Value(tensor, layout.Has(tensor.Name) ? Buffer(tensor) : weights(tensor.Name)))];
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

    private static OrtValue Value(GraphTensor tensor, Memory<float> memory) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, tensor.Shape);

    private float[] Buffer(GraphTensor tensor) => _buffers[tensor.Name] = new float[tensor.Length];

    // Samples beyond the batch weigh nothing; their values stay from before, or zero.
    private void Fill(GradientBatch batch, int first, int count, double normalizer)
    {
        int length = _layout.InputLength;
        for (int i = 0; i < count; i++)
        {
            PlaceSample(batch.Inputs.Span.Slice((first + i) * length, length), i);
        }

        int outputs = _buffers[GraphNames.Targets].Length / _graph.Samples;
        ReadOnlySpan<float> targets = batch.Targets.Span.Slice(first * outputs, count * outputs);
        if (_layout.TargetMap is { } map)
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
            batch.Dropout.Span.Slice(first * _layout.FeatureCount, count * _layout.FeatureCount).CopyTo(dropout);
        }
    }

    private void PlaceSample(ReadOnlySpan<float> sample, int index)
    {
        foreach (SampleInput input in _layout.Inputs)
        {
            ReadOnlySpan<float> values = sample[..input.Length];
            sample = sample[input.Length..];
            if (_stem is not null)
            {
                _stem.Place(values, index, _graph.Samples, _buffers[input.Name]);
            }
            else
            {
                PlaceChannels(values, input.Shape, index, _buffers[input.Name]);
            }
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
