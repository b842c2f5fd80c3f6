using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.WeightsImport.Naming;

/// <summary>Turns tensors that a file only names, without a graph, into a network.</summary>
internal static class NamedTensors
{
    private static readonly string[] s_classifiers = [MobileNetV2Architecture.ClassifierName, "classifier"];

    /// <summary>The network of tensors by their own names. The naming is null to detect it.</summary>
    /// <exception cref="WeightsFormatException">A tensor, named as in the file, is missing or has another shape.</exception>
    public static NetworkContent Read(
        string source,
        IReadOnlyDictionary<string, WeightTensor> tensors,
        IReadOnlyDictionary<string, string> metadata,
        TensorNaming? naming,
        WeightsFileOptions options)
    {
        naming ??= TensorNaming.All.FirstOrDefault(naming => naming.IsOf(tensors)) ?? throw new WeightsFormatException(
            source,
            "it has no first convolution of MobileNetV2; its tensors must be named as by "
            + $"torchvision ('{TensorNaming.Torchvision.Stem.Kernel}'), timm ('{TensorNaming.Timm.Stem.Kernel}') "
            + $"or Hugging Face ('{TensorNaming.HuggingFace.Stem.Kernel}').");
        IReadOnlyList<BlockNames> blocks = naming.Blocks(tensors);
        const int most = MobileNetV2Architecture.MaxBlocks;
        if (blocks.Count > most)
        {
            throw new WeightsFormatException(source, $"it has more than {most} inverted residuals; 7 to {most} are allowed.");
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

    // Folded weights went through a converter: its names do not say which project trained them.
    private static WeightsFormatException NoPadding(string source) => new(
        source,
        $"its metadata does not name the '{WeightsMetadata.Padding}' of stride-2 convolutions; "
        + $"set {nameof(WeightsFileOptions)}.{nameof(WeightsFileOptions.Padding)}.");

    private static void Rename(
        string source,
        IReadOnlyDictionary<string, WeightTensor> tensors,
        LayerTensors from,
        ConvolutionLayer layer,
        Dictionary<string, WeightTensor> own)
    {
        LayerTensors to = LayerTensors.Of(layer);
        own.Add(to.Kernel, TensorCheck.Find(source, tensors, from.Kernel, layer.KernelShape));
        bool isFolded = from.IsFolded(tensors);
        foreach ((string name, string ownName) in from.BatchNorm(isFolded).Zip(to.BatchNorm(isFolded)))
        {
            own.Add(ownName, TensorCheck.Find(source, tensors, name, [layer.OutputChannels]));
        }
    }

    // A layer that replaces torchvision's whole classifier has no number in its name.
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
