using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Runs the trained part forward, as inference does, on several threads. Thread-safe; dispose it after use.</summary>
internal sealed class OutputEvaluator : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly TrainedPart _part;
    private readonly int _workers;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;

    /// <summary>Loads the network.</summary>
    /// <param name="weights">The network with the trained tensors.</param>
    /// <param name="part">What is trained.</param>
    /// <param name="workers">Number of threads.</param>
    public OutputEvaluator(MobileNetV2Weights weights, TrainedPart part, int workers)
    {
        _part = part;
        _workers = workers;
        bool hasLogits = part.ClassCount is not null;
        byte[] graph = part.TrainsStem
            ? InferenceGraph.Write(weights, hasLogits ? InferenceGraphOutputs.Logits : InferenceGraphOutputs.Features)
            : InferenceGraph.WriteEnd(weights, part.Blocks.Count == 0 ? null : part.FirstBlock, part.InputShape);
        _inputNames = [part.TrainsStem ? ModelTensors.Pixels : ModelTensors.Map];
        _outputNames = [hasLogits ? ModelTensors.Logits : ModelTensors.Features];
        using SessionOptions options = new NetworkSessionOptions(IntraOpThreadCount: 1).Create();
        _session = new InferenceSession(graph, options);
    }

    /// <summary>Computes the outputs of samples.</summary>
    public void Run(ReadOnlyMemory<float> inputs, Span<float> outputs, CancellationToken cancellationToken)
    {
        (int length, int outputCount) = (_part.InputLength, _part.OutputCount);
        int count = inputs.Length / length;
        if (inputs.Length != (long)count * length || outputs.Length != (long)count * outputCount)
        {
            throw new ArgumentException(
                $"{inputs.Length} input and {outputs.Length} output values were given; {length} and {outputCount} for each sample are needed.");
        }

        float[] results = new float[outputs.Length];
        new ParallelLoop(_workers, cancellationToken).For(
            count, sample => RunOne(inputs.Slice(sample * length, length), results.AsSpan(sample * outputCount, outputCount)));
        results.CopyTo(outputs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }

    private void RunOne(ReadOnlyMemory<float> input, Span<float> output)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance,
            MemoryMarshal.AsMemory(input),
            [1, .. _part.InputShape.Select(dimension => (long)dimension)]);
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_runOptions, _inputNames, [value], _outputNames);
        results[0].GetTensorDataAsSpan<float>().CopyTo(output);
    }
}
