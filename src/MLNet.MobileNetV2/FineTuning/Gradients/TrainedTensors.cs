using System.Collections;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// The layout of one flat buffer with every trained tensor, in the order of the network: parameters, gradients and an optimizer's
/// moments all have it. Immutable and thread-safe.
/// </summary>
internal sealed class TrainedTensors : IReadOnlyList<TrainedTensor>
{
    private readonly TrainedTensor[] _tensors;
    private readonly Dictionary<string, TrainedTensor> _byName;

    private TrainedTensors(List<TrainedTensor> tensors)
    {
        _tensors = [.. tensors];
        _byName = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        TotalLength = tensors.Sum(tensor => tensor.Length);
    }

    /// <summary>Number of values of all tensors.</summary>
    public int TotalLength { get; }

    public int Count => _tensors.Length;

    public TrainedTensor this[int index] => _tensors[index];

    /// <summary>The tensor of a name.</summary>
    public TrainedTensor this[string name] => _byName[name];

    /// <summary>Lays out the tensors of the trained part of a network.</summary>
    public static TrainedTensors Of(TrainedPart part, BatchNormTraining batchNorm)
    {
        var tensors = new List<TrainedTensor>();
        foreach (TrainedLayer layer in part.Layers)
        {
            LayerTensors names = layer.Names;
            Add(tensors, names.Kernel, layer.Layer.KernelShape, hasWeightDecay: true, layer.Depth);
            if (batchNorm != BatchNormTraining.Frozen)
            {
                Add(tensors, names.Gamma, [layer.Layer.OutputChannels], hasWeightDecay: false, layer.Depth);
                Add(tensors, names.Beta, [layer.Layer.OutputChannels], hasWeightDecay: false, layer.Depth);
            }
        }

        if (part.ClassCount is { } classes)
        {
            Add(tensors, LayerTensors.ClassifierKernel, [classes, part.FeatureCount], hasWeightDecay: true, depth: 0);
            Add(tensors, LayerTensors.ClassifierBias, [classes], hasWeightDecay: false, depth: 0);
        }

        return new(tensors);
    }

    /// <summary>Lays out the kernel and the bias of layers whose batch norm is folded.</summary>
    public static TrainedTensors Of(IEnumerable<TrainedLayer> layers)
    {
        var tensors = new List<TrainedTensor>();
        foreach (TrainedLayer layer in layers)
        {
            Add(tensors, layer.Names.Kernel, layer.Layer.KernelShape, hasWeightDecay: true, layer.Depth);
            Add(tensors, layer.Names.Bias, [layer.Layer.OutputChannels], hasWeightDecay: false, layer.Depth);
        }

        return new(tensors);
    }

    /// <summary>Reads the values of a network's tensors.</summary>
    public void Read(IReadOnlyDictionary<string, WeightTensor> tensors, Span<float> parameters)
    {
        foreach (TrainedTensor tensor in _tensors)
        {
            tensors[tensor.Name].Values.Span.CopyTo(tensor.In(parameters));
        }
    }

    /// <summary>A network's tensors with the trained values in their places.</summary>
    public Dictionary<string, WeightTensor> PutInto(IReadOnlyDictionary<string, WeightTensor> tensors, ReadOnlySpan<float> parameters)
    {
        var changed = new Dictionary<string, WeightTensor>(tensors, StringComparer.Ordinal);
        foreach (TrainedTensor tensor in _tensors)
        {
            changed[tensor.Name] = new(tensor.Shape, tensor.In(parameters).ToArray());
        }

        return changed;
    }

    public IEnumerator<TrainedTensor> GetEnumerator() => ((IEnumerable<TrainedTensor>)_tensors).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static void Add(List<TrainedTensor> tensors, string name, IReadOnlyList<int> shape, bool hasWeightDecay, int depth)
    {
        int offset = tensors.Count == 0 ? 0 : checked(tensors[^1].Offset + tensors[^1].Length);
        tensors.Add(new(name, shape, offset, TensorShape.Count(shape)!.Value, hasWeightDecay, depth));
    }
}

/// <summary>One trained tensor and its place in the buffer of all.</summary>
/// <param name="Name">Its name, as in <see cref="MobileNetV2Weights.Tensors"/>.</param>
/// <param name="Shape">Its dimensions, row-major.</param>
/// <param name="Offset">Where its values begin.</param>
/// <param name="Length">Number of its values.</param>
/// <param name="HasWeightDecay">Whether weight decay applies: to kernels, not to scales, shifts and biases.</param>
/// <param name="Depth">0 for the classifier, 1 for the last convolution, 2 for the last block, and so on up to the stem.</param>
internal sealed record TrainedTensor(
    string Name, IReadOnlyList<int> Shape, int Offset, int Length, bool HasWeightDecay, int Depth)
{
    /// <summary>The tensor's part of a buffer of all.</summary>
    public Span<float> In(Span<float> buffer) => buffer.Slice(Offset, Length);

    /// <summary>The tensor's part of a buffer of all.</summary>
    public ReadOnlySpan<float> In(ReadOnlySpan<float> buffer) => buffer.Slice(Offset, Length);
}
