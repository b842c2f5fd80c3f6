using System.Numerics.Tensors;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// The values that a gradient graph takes, made from the parameters before each run: as they are, or with a constant batch norm
/// folded in, whose chain rule is applied to the gradient afterwards. Not thread-safe.
/// </summary>
internal sealed class PreparedWeights
{
    private readonly TrainedPart _part;
    private readonly TrainedTensors _tensors;
    private readonly BatchNormTraining _batchNorm;
    private readonly LayerStatistics _statistics;
    private readonly float[] _values;
    private readonly Dictionary<string, float[]> _biases = new(StringComparer.Ordinal);

    public PreparedWeights(
        TrainedPart part, TrainedTensors tensors, BatchNormTraining batchNorm, MobileNetV2Weights weights, LayerStatistics statistics)
    {
        _part = part;
        _tensors = tensors;
        _batchNorm = batchNorm;
        _statistics = statistics;
        _values = new float[tensors.TotalLength];
        foreach (TrainedLayer layer in part.Layers)
        {
            _biases[layer.Names.Bias] = batchNorm == BatchNormTraining.Frozen
                ? weights.Tensors[layer.Names.Bias].Values.ToArray()
                : new float[layer.Layer.OutputChannels];
        }
    }

    /// <summary>The values of a graph's input, or of a depthwise layer's kernel or bias.</summary>
    public Memory<float> this[string name] =>
        _biases.TryGetValue(name, out float[]? bias) ? bias : _values.AsMemory(_tensors[name].Offset, _tensors[name].Length);

    /// <summary>Takes the parameters.</summary>
    public void Set(ReadOnlySpan<float> parameters)
    {
        parameters.CopyTo(_values);
        if (_batchNorm != BatchNormTraining.ScaleAndShift)
        {
            return;
        }

        foreach (TrainedLayer layer in _part.Layers)
        {
            BatchNormConversion.Fold(
                _tensors[layer.Names.Kernel].In(_values.AsSpan()),
                _tensors[layer.Names.Gamma].In(parameters),
                _tensors[layer.Names.Beta].In(parameters),
                _statistics.Mean(layer),
                _statistics.Variance(layer),
                _statistics.Epsilon,
                _biases[layer.Names.Bias]);
        }
    }

    /// <summary>
    /// Turns the gradient of folded kernels and of biases, which lie at the places of kernels and shifts, into that of kernels, scales
    /// and shifts.
    /// </summary>
    public void ApplyChainRule(ReadOnlySpan<float> parameters, Span<float> gradient)
    {
        if (_batchNorm != BatchNormTraining.ScaleAndShift)
        {
            return;
        }

        foreach (TrainedLayer layer in _part.Layers)
        {
            TrainedTensor kernel = _tensors[layer.Names.Kernel];
            ReadOnlySpan<float> gamma = _tensors[layer.Names.Gamma].In(parameters);
            ReadOnlySpan<float> shift = _tensors[layer.Names.Beta].In(gradient);
            Span<float> scale = _tensors[layer.Names.Gamma].In(gradient);
            ReadOnlySpan<float> mean = _statistics.Mean(layer);
            ReadOnlySpan<float> variance = _statistics.Variance(layer);
            for (int channel = 0; channel < scale.Length; channel++)
            {
                float inverse = BatchNormConversion.Scale(1, variance[channel], _statistics.Epsilon);
                Span<float> row = kernel.In(gradient).Slice(channel * layer.KernelRow, layer.KernelRow);
                float product = FixedOrderSums.Dot<float>(row, kernel.In(parameters).Slice(channel * layer.KernelRow, layer.KernelRow));
                scale[channel] = inverse * (product - (mean[channel] * shift[channel]));
                TensorPrimitives.Multiply(row, gamma[channel] * inverse, row);
            }
        }
    }
}
