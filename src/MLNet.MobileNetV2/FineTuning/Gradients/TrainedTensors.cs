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

    /// <inheritdoc/>
    public int Count => _tensors.Length;

    /// <inheritdoc/>
    public TrainedTensor this[int index] => _tensors[index];

    /// <summary>The tensor of a name.</summary>
    public TrainedTensor this[string name] => _byName[name];

    /// <summary>Lays out the tensors of the trained part of a network.</summary>
    public static TrainedTensors Of(TrainedPart part, BatchNormTraining batchNorm)
    {
        var tensors = new List<TrainedTensor>();
        int offset = 0;
        foreach (TrainedLayer layer in part.Layers)
        {
            LayerTensors names = layer.Names;
            Add(
                names.Kernel,
                layer.Layer.KernelShape,
                layer.Layer.IsDepthwise ? TrainedTensorKind.DepthwiseKernel : TrainedTensorKind.Kernel,
                layer.Depth);
            if (batchNorm != BatchNormTraining.Frozen)
            {
                Add(names.Gamma, [layer.Layer.OutputChannels], TrainedTensorKind.Scale, layer.Depth);
                Add(names.Beta, [layer.Layer.OutputChannels], TrainedTensorKind.Shift, layer.Depth);
            }
        }

        if (part.ClassCount is { } classes)
        {
            Add(LayerTensors.ClassifierKernel, [classes, part.FeatureCount], TrainedTensorKind.ClassifierKernel, depth: 0);
            Add(LayerTensors.ClassifierBias, [classes], TrainedTensorKind.ClassifierBias, depth: 0);
        }

        return new(tensors);

        void Add(string name, IReadOnlyList<int> shape, TrainedTensorKind kind, int depth)
        {
            int length = TensorShape.Count(shape)!.Value;
            tensors.Add(new(name, shape, offset, length, kind, depth));
            offset = checked(offset + length);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<TrainedTensor> GetEnumerator() => ((IEnumerable<TrainedTensor>)_tensors).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
