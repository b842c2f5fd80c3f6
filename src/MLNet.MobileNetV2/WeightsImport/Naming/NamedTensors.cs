using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.WeightsImport.Naming;

/// <summary>Turns tensors that a file only names, without a graph, into a network.</summary>
internal static class NamedTensors
{
    private static readonly string[] s_classifiers = [MobileNetV2Architecture.ClassifierName, "classifier"];

    /// <summary>The network.</summary>
    /// <param name="source">The file's name for messages.</param>
    /// <param name="tensors">The file's tensors by their own names.</param>
    /// <param name="metadata">Its text metadata, which this library's files have.</param>
    /// <param name="naming">How the tensors are named; null finds it out.</param>
    /// <param name="options">What the caller knows.</param>
    /// <exception cref="WeightsFormatException">A tensor is missing or has another shape; the first such is named as in the file.</exception>
    public static NetworkContent Read(
        string source,
        IReadOnlyDictionary<string, WeightTensor> tensors,
        IReadOnlyDictionary<string, string> metadata,
        TensorNaming? naming,
        WeightsFileOptions options)
    {
        naming ??= TensorNaming.All.FirstOrDefault(naming => naming.IsOf(tensors)) ?? throw new WeightsFormatException(
            source,
            $"it has no first convolution of MobileNetV2; its tensors must be named as by torchvision ('{TensorNaming.Torchvision.Stem.Kernel}'), "
            + $"timm ('{TensorNaming.Timm.Stem.Kernel}') or Hugging Face ('{TensorNaming.HuggingFace.Stem.Kernel}').");
        IReadOnlyList<BlockNames> blocks = naming.Blocks(tensors);
        if (blocks.Count > MobileNetV2Architecture.MaxBlocks)
        {
            throw new WeightsFormatException(
                source, $"it has more than {MobileNetV2Architecture.MaxBlocks} inverted residuals; 7 to {MobileNetV2Architecture.MaxBlocks} are allowed.");
        }

        LayerTensors last = naming.Last(blocks.Count);
        LayerTensors[] names = [naming.Stem, .. blocks.SelectMany(block => block.Convolutions()), last];

        Dictionary<string, WeightTensor> own = Classifier(tensors);
        int numClasses = TensorCheck.ClassCount(source, own);
        bool isFolded = naming.Stem.IsFolded(tensors);
        PaddingFlavor padding = options.Padding ?? options.Architecture?.Padding ?? WeightsMetadata.ReadPadding(source, metadata)
            ?? (isFolded ? throw NoPadding(source) : naming.Padding);
        MobileNetV2Architecture architecture = options.Architecture?.With(numClasses, options.Architecture.Resolution, padding)
            ?? ArchitectureMetadata.Read(source, metadata, numClasses, padding)
            ?? ArchitectureSearch.Find(source, NamedLayers.Find(source, tensors, naming.Stem, blocks, last), numClasses, padding);
        ConvolutionLayer[] layers = [.. architecture.Convolutions()];
        if (layers.Length != names.Length)
        {
            throw new WeightsFormatException(source, $"it has {names.Length} convolutions; the network has {layers.Length}.");
        }

        for (int i = 0; i < layers.Length; i++)
        {
            Rename(source, tensors, names[i], layers[i], own);
        }

        return new(
            architecture,
            own,
            WeightsMetadata.ReadEpsilon(source, metadata) ?? naming.BatchNormEpsilon,
            WeightsMetadata.ReadPreprocessing(source, metadata)
                ?? DefaultPreprocessing.For(isFolded ? padding : naming.Padding, options.Architecture?.Resolution));
    }

    // Folded weights have passed through a converter, whose project is not told by the names that it wrote.
    private static WeightsFormatException NoPadding(string source) => new(
        source, $"its metadata does not name the '{WeightsMetadata.Padding}' of stride-2 convolutions; name it in {nameof(WeightsFileOptions)}.{nameof(WeightsFileOptions.Padding)}.");

    private static void Rename(
        string source, IReadOnlyDictionary<string, WeightTensor> tensors, LayerTensors from, ConvolutionLayer layer, Dictionary<string, WeightTensor> own)
    {
        LayerTensors to = LayerTensors.Of(layer);
        own.Add(to.Kernel, TensorCheck.Find(source, tensors, from.Kernel, layer.KernelShape));
        int[] channels = [layer.OutputChannels];
        if (from.IsFolded(tensors))
        {
            own.Add(to.Bias, TensorCheck.Find(source, tensors, from.Bias, channels));
            return;
        }

        own.Add(to.Gamma, TensorCheck.Find(source, tensors, from.Gamma, channels));
        own.Add(to.Beta, TensorCheck.Find(source, tensors, from.Beta, channels));
        own.Add(to.Mean, TensorCheck.Find(source, tensors, from.Mean, channels));
        own.Add(to.Variance, TensorCheck.Find(source, tensors, from.Variance, channels));
    }

    // Who puts a layer of their own in the place of torchvision's whole classifier loses the number in its name.
    private static Dictionary<string, WeightTensor> Classifier(IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        var classifier = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (string name in s_classifiers)
        {
            foreach ((string from, string to) in (ReadOnlySpan<(string, string)>)
                [($"{name}.weight", LayerTensors.ClassifierKernel), ($"{name}.bias", LayerTensors.ClassifierBias)])
            {
                if (tensors.TryGetValue(from, out WeightTensor? tensor))
                {
                    classifier.TryAdd(to, tensor);
                }
            }
        }

        return classifier;
    }
}
