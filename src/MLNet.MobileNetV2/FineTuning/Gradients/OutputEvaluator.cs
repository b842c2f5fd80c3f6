using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Runs the trained part forward, as inference does, on several threads. Thread-safe; dispose it after use.</summary>
internal sealed class OutputEvaluator : IDisposable
{
    private readonly NetworkSession _session;
    private readonly int _workers;

    public OutputEvaluator(MobileNetV2Weights weights, TrainedPart part, int workers)
    {
        _workers = workers;
        bool hasLogits = part.ClassCount is not null;
        byte[] graph = part.TrainsStem
            ? InferenceGraph.Write(weights, hasLogits ? InferenceGraphOutputs.Logits : InferenceGraphOutputs.Features)
            : InferenceGraph.WriteEnd(weights, part.Blocks.Count == 0 ? null : part.FirstBlock, part.InputShape);
        _session = new NetworkSession(
            graph,
            part.TrainsStem ? ModelTensors.Pixels : ModelTensors.Map,
            part.InputShape,
            hasLogits ? ModelTensors.Logits : ModelTensors.Features,
            part.OutputCount,
            new(IntraOpThreadCount: 1));
    }

    /// <summary>Computes the outputs of samples.</summary>
    public void Run(ReadOnlyMemory<float> inputs, Span<float> outputs, CancellationToken cancellationToken)
    {
        (int length, int outputCount) = (_session.InputLength, _session.OutputLength);
        int count = inputs.Length / length;
        if (inputs.Length != (long)count * length || outputs.Length != (long)count * outputCount)
        {
            throw new ArgumentException(
                $"{inputs.Length} input and {outputs.Length} output values were given; "
                + $"{length} and {outputCount} for each sample are needed.");
        }

        float[] results = new float[outputs.Length];
        Memory<float> samples = MemoryMarshal.AsMemory(inputs);
        new ParallelLoop(_workers, cancellationToken).For(
            count, sample => _session.Run(samples.Slice(sample * length, length), results.AsSpan(sample * outputCount, outputCount)));
        results.CopyTo(outputs);
    }

    public void Dispose() => _session.Dispose();
}
