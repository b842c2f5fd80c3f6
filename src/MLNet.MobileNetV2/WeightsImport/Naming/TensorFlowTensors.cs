using System.Collections.Frozen;
using System.Numerics.Tensors;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.WeightsImport.Naming;

/// <summary>Turns the tensors of a TensorFlow file, which it only names, into a network.</summary>
internal static class TensorFlowTensors
{
    /// <summary>The network of tensors by their own names, in TensorFlow's layouts.</summary>
    /// <exception cref="WeightsFormatException">A tensor, named as in the file, is missing or has another shape.</exception>
    public static NetworkContent Read(string source, IReadOnlyDictionary<string, WeightTensor> tensors, WeightsFileOptions options)
    {
        TensorFlowNames[] found = [.. SlimNames.Find(tensors), .. KerasNames.Find(tensors)];
        if (found.Length != 1)
        {
            throw new WeightsFormatException(
                source,
                found.Length == 0
                    ? "it has no first convolution of MobileNetV2; its tensors must be named as by "
                        + $"TensorFlow-Slim ('{SlimNames.Scope}Conv/...') or Keras ('{KerasNames.StemKernel}')."
                    : $"it has {found.Length} networks, which begin at '{found[0].Layers.Stem.Kernel}' "
                        + $"and '{found[1].Layers.Stem.Kernel}'; one is allowed.");
        }

        PaddingFlavor padding = options.Padding ?? options.Architecture?.Padding ?? found[0].Layers.Padding;
        return NamedTensors.Read(
            source,
            Reorder(source, tensors, found[0]),
            FrozenDictionary<string, string>.Empty,
            found[0].Layers,
            new() { Padding = padding, Architecture = options.Architecture });
    }

    /// <summary>The tensors by the file's names, kernels in the network's layout, and the classifier by torchvision's.</summary>
    private static Dictionary<string, WeightTensor> Reorder(
        string source, IReadOnlyDictionary<string, WeightTensor> tensors, TensorFlowNames names)
    {
        var reordered = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        IReadOnlyList<BlockNames> blocks = names.Layers.Blocks(tensors);
        LayerTensors last = names.Layers.Last(blocks.Count);
        bool isFolded = names.Layers.Stem.IsFolded(tensors);
        bool isScaled = blocks.Any(block => tensors.ContainsKey(block.Depthwise.Gamma));
        Add(names.Layers.Stem, isDepthwise: false);
        foreach (BlockNames block in blocks)
        {
            foreach (LayerTensors layer in block.Convolutions())
            {
                Add(layer, isDepthwise: layer == block.Depthwise);
            }
        }

        Add(last, isDepthwise: false);
        AddClassifier(source, tensors, names, reordered[last.Kernel].Shape[0], reordered);
        return reordered;

        void Add(LayerTensors layer, bool isDepthwise)
        {
            WeightTensor own = Kernel(source, tensors, layer.Kernel, isDepthwise);
            int[] channels = [own.Shape[0]];
            foreach (string name in layer.BatchNorm(isFolded))
            {
                reordered[name] = TensorCheck.Find(source, tensors, name, channels);
            }

            reordered[layer.Kernel] = isFolded && isDepthwise && isScaled
                ? Scale(own, TensorCheck.Find(source, tensors, layer.Gamma, channels))
                : own;
        }
    }

    /// <summary>A kernel in the network's layout.</summary>
    /// <exception cref="WeightsFormatException">It is missing, or has another shape than kernels have.</exception>
    public static WeightTensor Kernel(
        string source, IReadOnlyDictionary<string, WeightTensor> tensors, string name, bool isDepthwise)
    {
        if (!tensors.TryGetValue(name, out WeightTensor? kernel))
        {
            throw new WeightsFormatException(source, $"the tensor '{name}' is missing.");
        }

        if (kernel.Shape is not [> 0 and int height, > 0 and int width, > 0 and int inputs, > 0 and int outputs]
            || (isDepthwise && outputs != 1))
        {
            throw new WeightsFormatException(
                source,
                $"the tensor '{name}' has shape {TensorShape.Show(kernel.Shape)}; "
                + $"a kernel has [height, width, {(isDepthwise ? "channels, 1" : "input channels, output channels")}].");
        }

        ReadOnlySpan<float> values = kernel.Values.Span;
        return isDepthwise
            ? new([inputs, 1, height, width], KernelLayout.FromHwc(values, inputs))
            : new([outputs, inputs, height, width], KernelLayout.FromHwio(values, outputs, inputs));
    }

    /// <summary>A kernel in the network's layout with a factor for each of its output channels.</summary>
    public static WeightTensor Scale(WeightTensor kernel, WeightTensor scale)
    {
        float[] values = kernel.Values.ToArray();
        ReadOnlySpan<float> factors = scale.Values.Span;
        int size = values.Length / factors.Length;
        for (int channel = 0; channel < factors.Length; channel++)
        {
            Span<float> own = values.AsSpan(channel * size, size);
            TensorPrimitives.Multiply(own, factors[channel], own);
        }

        return new(kernel.Shape, values);
    }

    // Behind other layers, a classifier of the same name takes another number of features and is skipped.
    private static void AddClassifier(
        string source,
        IReadOnlyDictionary<string, WeightTensor> tensors,
        TensorFlowNames names,
        int featureCount,
        Dictionary<string, WeightTensor> reordered)
    {
        if (tensors.TryGetValue(names.ClassifierKernel, out WeightTensor? kernel)
            && kernel.Shape is [.., > 0 and int features, > 0 and int classes]
            && features == featureCount
            && (long)features * classes == kernel.Values.Length)
        {
            reordered[LayerTensors.ClassifierKernel] =
                new([classes, features], KernelLayout.FromHwio(kernel.Values.Span, classes, features));
            reordered[LayerTensors.ClassifierBias] = TensorCheck.Find(source, tensors, names.ClassifierBias, [classes]);
        }
    }
}
