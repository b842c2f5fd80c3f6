using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>Reads a MobileNetV2 with DeepLabv3's reduced head from a graph.</summary>
internal static class RecognizedSegmentation
{
    /// <summary>The weights.</summary>
    /// <param name="graph">The file's graph.</param>
    /// <param name="name">A short name of the weights.</param>
    /// <param name="range">The range of a tensor; null where it has none.</param>
    /// <param name="preprocessing">How images must be prepared.</param>
    /// <exception cref="WeightsFormatException">The graph is another network, or a tensor is damaged.</exception>
    public static SegmentationWeights Read(
        NetworkGraph graph, string name, Func<int, OutputLimits?> range, ImagePreprocessing preprocessing)
    {
        (RecognizedNetwork network, int map) = NetworkRecognizer.RecognizeBlocks(graph);
        MobileNetV2Architecture architecture = ArchitectureSearch.Find(
            graph.Source, network.Found, numClasses: 0, network.Padding ?? PaddingFlavor.TensorFlowSame);
        IReadOnlyList<int> shape = new FeatureTap(architecture.Blocks.Count, IsPooled: false).ShapeOf(architecture, graph.Side);
        FoundHead found = SegmentationHeadSearch.Find(graph, map, shape[^1], shape[0]);
        int classes = found.Logits.Channels;
        if (classes is < 2 or > SegmentationWeights.MaxClasses)
        {
            throw new WeightsFormatException(
                graph.Source, $"{found.Logits.Place}: it has {classes} classes; 2 to {SegmentationWeights.MaxClasses} are allowed.");
        }

        var head = new DeepLabV3Layers(architecture, classes);
        var tensors = new Dictionary<string, WeightTensor>(
            RecognizedTensors.Read(graph.Source, network, architecture).Tensors, StringComparer.Ordinal);
        Add(graph.Source, tensors, head.Pooling, found.Pooling);
        Add(graph.Source, tensors, head.Pointwise, found.Pointwise);
        Add(graph.Source, tensors, head.Projection, found.Projection);
        Add(graph.Source, tensors, head.Logits, found.Logits);
        foreach ((string tensor, WeightTensor values) in tensors)
        {
            TensorCheck.CheckFinite(graph.Source, tensor, values);
        }

        Dictionary<string, int> results = Results(graph, network, architecture);
        results.Add(SegmentationWeights.Pool, found.Pool.Output);
        results.Add(SegmentationWeights.Joined, found.Joined.Output);
        results.Add(head.Logits.Name, found.Logits.Output);
        var ranges = new Dictionary<string, (float Least, float Greatest)>(StringComparer.Ordinal);
        foreach ((string result, int tensor) in results)
        {
            if (range(tensor) is { } limits)
            {
                ranges.Add(result, (limits.Least, limits.Greatest));
            }
        }

        return new(name, architecture, classes, tensors, ranges, preprocessing);
    }

    // Ranges matter where no activation sets one: behind projections and sums.
    private static Dictionary<string, int> Results(NetworkGraph graph, RecognizedNetwork network, MobileNetV2Architecture architecture)
    {
        var results = new Dictionary<string, int>(StringComparer.Ordinal);
        ILookup<int, AdditionStep> sums = graph.Steps.OfType<AdditionStep>()
            .SelectMany(step => step.Inputs.Distinct().Select(input => (input, step)))
            .ToLookup(pair => pair.input, pair => pair.step);
        int index = 1;
        foreach (InvertedResidualBlock block in architecture.Blocks)
        {
            index += block.Convolutions().Count();
            int projected = network.Layers[index - 1].Output;
            results.Add(block.Projection.Name, projected);
            if (block.HasShortcut)
            {
                results.Add(block.SumName, sums[projected].First().Output);
            }
        }

        return results;
    }

    private static void Add(string source, Dictionary<string, WeightTensor> tensors, ConvolutionLayer layer, ConvolutionStep step)
    {
        if (!step.KernelShape.SequenceEqual(layer.KernelShape))
        {
            throw new WeightsFormatException(
                source,
                $"{step.Place}: its kernel has shape {TensorShape.Show(step.KernelShape)}; "
                + $"'{layer.Name}' of DeepLabv3's reduced head has {TensorShape.Show(layer.KernelShape)}.");
        }

        (WeightTensor kernel, float[] bias) = RecognizedTensors.Fold(source, step.Place, step.Weights());
        LayerTensors names = LayerTensors.Of(layer);
        tensors.Add(names.Kernel, kernel);
        tensors.Add(names.Bias, new([bias.Length], bias));
    }
}
