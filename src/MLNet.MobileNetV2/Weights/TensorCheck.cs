using System.Numerics.Tensors;
using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Weights;

/// <summary>Holds tensors against the network's shapes and names the first that does not fit.</summary>
internal static class TensorCheck
{
    /// <summary>The tensors that the network uses, each of the right shape and finite.</summary>
    public static IReadOnlyDictionary<string, WeightTensor> Select(string source, IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        var selected = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (ConvolutionLayer layer in MobileNetV2Architecture.Default.Convolutions())
        {
            Take($"{layer.Name}.weight", layer.KernelShape);
            Take($"{layer.Name}.bias", [layer.OutputChannels]);
        }

        string classifierBias = $"{MobileNetV2Architecture.ClassifierName}.bias";
        string classifierWeight = $"{MobileNetV2Architecture.ClassifierName}.weight";
        if (tensors.TryGetValue(classifierBias, out WeightTensor? bias) && bias.Shape is [> 0])
        {
            Take(classifierBias, bias.Shape);
            Take(classifierWeight, [bias.Shape[0], MobileNetV2Architecture.DefaultFeatureCount]);
        }
        else if (bias is not null || tensors.ContainsKey(classifierWeight))
        {
            throw new WeightsFormatException(
                source, $"a classifier needs a vector '{classifierBias}' of at least one class beside '{classifierWeight}'.");
        }

        return selected;

        void Take(string name, IReadOnlyList<int> shape)
        {
            WeightTensor tensor = Find(source, tensors, name, shape);
            float largest = TensorPrimitives.MaxMagnitude(tensor.Values.Span);
            if (!float.IsFinite(largest))
            {
                throw new WeightsFormatException(source, $"the tensor '{name}' holds {largest}; every weight must be finite.");
            }

            selected.Add(name, tensor);
        }
    }

    /// <summary>The tensor of a name, which must be there with the shape.</summary>
    public static WeightTensor Find(string source, IReadOnlyDictionary<string, WeightTensor> tensors, string name, IReadOnlyList<int> shape)
    {
        if (!tensors.TryGetValue(name, out WeightTensor? tensor))
        {
            throw new WeightsFormatException(source, $"the tensor '{name}' of shape {TensorShape.Show(shape)} is missing.");
        }

        return tensor.Shape.SequenceEqual(shape) ? tensor : throw new WeightsFormatException(
            source, $"the tensor '{name}' has shape {TensorShape.Show(tensor.Shape)}; MobileNetV2 needs {TensorShape.Show(shape)}.");
    }
}
