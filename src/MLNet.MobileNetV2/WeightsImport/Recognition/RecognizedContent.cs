using System.Globalization;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>Combines what was found in a graph, its metadata and what the caller specifies.</summary>
internal static class RecognizedContent
{
    /// <summary>The content.</summary>
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
        PaddingFlavor? stated = WeightsMetadata.ReadPadding(source, metadata);
        return stated is null || network.Padding is null || stated == network.Padding
            ? stated ?? network.Padding ?? PaddingFlavor.PyTorchSymmetric
            : throw new WeightsFormatException(
                source,
                $"its metadata '{WeightsMetadata.Padding}' is '{stated}', but its graph pads as {network.Padding}; "
                + $"set {nameof(WeightsFileOptions)}.{nameof(WeightsFileOptions.Padding)} to the right one.");
    }

    private static void CheckLayers(
        string source, IReadOnlyList<ConvolutionStep> found, MobileNetV2Architecture architecture, bool isNamed)
    {
        string expected = isNamed ? "the given network" : "the network of its metadata";
        ConvolutionLayer[] layers = [.. architecture.Convolutions()];
        if (layers.Length != found.Count)
        {
            throw new WeightsFormatException(source, $"its graph has {found.Count} convolutions; {expected} has {layers.Length}.");
        }

        for (int i = 0; i < layers.Length; i++)
        {
            ConvolutionLayer layer = layers[i];
            ConvolutionStep step = found[i];
            if (!layer.KernelShape.SequenceEqual(step.KernelShape) || (layer.Stride, layer.Dilation) != (step.Stride, step.Dilation))
            {
                throw new WeightsFormatException(
                    source,
                    $"{step.Place}: its kernel has shape {TensorShape.Show(step.KernelShape)} and its stride is {step.Stride}"
                    + $"{Dilation(", its dilation ", step.Dilation)}; '{layer.Name}' of {expected} has "
                    + $"{TensorShape.Show(layer.KernelShape)} and {layer.Stride}{Dilation(", and a dilation of ", layer.Dilation)}.");
            }
        }

        static string Dilation(string text, int dilation) =>
            dilation == 1 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{text}{dilation}");
    }
}

/// <summary>
/// A network as a weight file holds it, without classes where the file ends at the features; tensors are named as by torchvision.
/// </summary>
internal sealed record NetworkContent(
    MobileNetV2Architecture Architecture,
    IReadOnlyDictionary<string, WeightTensor> Tensors,
    float BatchNormEpsilon,
    ImagePreprocessing Preprocessing);
