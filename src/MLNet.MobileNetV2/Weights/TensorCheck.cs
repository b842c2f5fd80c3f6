using System.Numerics.Tensors;
using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Weights;

/// <summary>Checks tensors against the network's shapes and names the first that does not fit.</summary>
internal static class TensorCheck
{
    /// <summary>The form of the tensors, by the batch norm of the first convolution.</summary>
    public static BatchNormForm FormOf(MobileNetV2Architecture architecture, IReadOnlyDictionary<string, WeightTensor> tensors) =>
        tensors.ContainsKey(LayerTensors.Of(architecture.Stem).Mean) ? BatchNormForm.Apart : BatchNormForm.Folded;

    /// <summary>The tensors that the network uses, each of the right shape and finite.</summary>
    /// <exception cref="WeightsFormatException">A tensor is missing, has another shape or a value that is not allowed.</exception>
    public static IReadOnlyDictionary<string, WeightTensor> Select(
        string source, MobileNetV2Architecture architecture, IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        var selected = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        BatchNormForm form = FormOf(architecture, tensors);
        foreach (ConvolutionLayer layer in architecture.Convolutions())
        {
            LayerTensors names = LayerTensors.Of(layer);
            Take(names.Kernel, layer.KernelShape);
            foreach (string name in names.BatchNorm(form == BatchNormForm.Folded))
            {
                Take(name, [layer.OutputChannels]);
            }

            if (form == BatchNormForm.Apart && TensorPrimitives.Min(selected[names.Variance].Values.Span) is < 0 and var smallest)
            {
                throw new WeightsFormatException(source, $"the tensor '{names.Variance}' holds {smallest}; a variance is 0 or more.");
            }
        }

        if (architecture.NumClasses > 0)
        {
            Take(LayerTensors.ClassifierKernel, [architecture.NumClasses, architecture.FeatureCount]);
            Take(LayerTensors.ClassifierBias, [architecture.NumClasses]);
        }

        return selected;

        void Take(string name, IReadOnlyList<int> shape)
        {
            WeightTensor tensor = Find(source, tensors, name, shape);
            CheckFinite(source, name, tensor);
            selected.Add(name, tensor);
        }
    }

    /// <summary>Throws where a tensor holds a value that is not finite.</summary>
    public static void CheckFinite(string source, string name, WeightTensor tensor)
    {
        float largest = TensorPrimitives.MaxMagnitude(tensor.Values.Span);
        if (!float.IsFinite(largest))
        {
            throw new WeightsFormatException(source, $"the tensor '{name}' holds {largest}; every weight must be finite.");
        }
    }

    /// <summary>Number of classes of the classifier among the tensors; 0 where there is none.</summary>
    /// <exception cref="WeightsFormatException">One of its two tensors is missing, or has no class.</exception>
    public static int ClassCount(string source, IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        bool hasKernel = tensors.ContainsKey(LayerTensors.ClassifierKernel);
        if (tensors.TryGetValue(LayerTensors.ClassifierBias, out WeightTensor? bias) && bias.Shape is [> 0])
        {
            return bias.Shape[0];
        }

        return bias is null && !hasKernel ? 0 : throw new WeightsFormatException(
            source,
            $"a classifier needs a vector '{LayerTensors.ClassifierBias}' of at least one class "
            + $"beside '{LayerTensors.ClassifierKernel}'.");
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
