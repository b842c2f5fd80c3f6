using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>Makes a network's content of what was found in a graph, of its metadata and of what the caller says.</summary>
internal static class RecognizedContent
{
    /// <summary>The content.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="network">What was found in it.</param>
    /// <param name="metadata">The file's text metadata, which this library's files have.</param>
    /// <param name="options">What the caller says.</param>
    /// <param name="preprocessing">How images are prepared by the graph, for a padding.</param>
    /// <exception cref="WeightsFormatException">They contradict each other, or make no network.</exception>
    public static NetworkContent Of(
        NetworkGraph graph,
        RecognizedNetwork network,
        IReadOnlyDictionary<string, string> metadata,
        WeightsFileOptions options,
        Func<PaddingFlavor, ImagePreprocessing> preprocessing)
    {
        string source = graph.Source;
        PaddingFlavor padding = options.Padding ?? options.Architecture?.Padding ?? FilePadding(source, network, metadata);
        int numClasses = network.Classifier?.ClassCount ?? 0;
        MobileNetV2Architecture architecture = options.Architecture
            ?? ArchitectureMetadata.Read(source, metadata, numClasses, padding)
            ?? ArchitectureSearch.Find(source, network.Found, numClasses, padding);
        CheckLayers(source, network.Layers, architecture, isNamed: options.Architecture is not null);
        int resolution = MobileNetV2Architecture.IsResolution(graph.Side) ? graph.Side : architecture.Resolution;
        (IReadOnlyDictionary<string, WeightTensor> tensors, float epsilon) = RecognizedTensors.Read(source, network, architecture);
        return new(
            architecture.With(numClasses, resolution, padding),
            tensors,
            epsilon,
            WeightsMetadata.ReadPreprocessing(source, metadata) ?? preprocessing(padding));
    }

    private static PaddingFlavor FilePadding(string source, RecognizedNetwork network, IReadOnlyDictionary<string, string> metadata)
    {
        PaddingFlavor? told = WeightsMetadata.ReadPadding(source, metadata);
        return told is null || network.Padding is null || told == network.Padding
            ? told ?? network.Padding ?? PaddingFlavor.PyTorchSymmetric
            : throw new WeightsFormatException(
                source, $"its metadata '{WeightsMetadata.Padding}' is '{told}', but its graph pads as {network.Padding}; name the right one "
                + $"in {nameof(WeightsFileOptions)}.{nameof(WeightsFileOptions.Padding)}.");
    }

    private static void CheckLayers(
        string source, IReadOnlyList<ConvolutionStep> found, MobileNetV2Architecture architecture, bool isNamed)
    {
        string expected = isNamed ? "the network that was named" : "the network of its metadata";
        ConvolutionLayer[] layers = [.. architecture.Convolutions()];
        if (layers.Length != found.Count)
        {
            throw new WeightsFormatException(source, $"its graph has {found.Count} convolutions; {expected} has {layers.Length}.");
        }

        for (int i = 0; i < layers.Length; i++)
        {
            ConvolutionLayer layer = layers[i];
            ConvolutionStep step = found[i];
            if (!layer.KernelShape.SequenceEqual(step.KernelShape) || layer.Stride != step.Stride)
            {
                throw new WeightsFormatException(
                    source,
                    $"{step.Place}: its kernel has shape {TensorShape.Show(step.KernelShape)} and its stride is {step.Stride}; "
                    + $"'{layer.Name}' of {expected} has {TensorShape.Show(layer.KernelShape)} and {layer.Stride}.");
            }
        }
    }
}
