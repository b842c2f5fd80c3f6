using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>
/// Puts a classifier behind a graph of features, as <see cref="InferenceGraph"/> writes it: <c>pixels</c> in, <c>probabilities</c>
/// <c>[N, classes]</c> and <c>features</c> out.
/// </summary>
internal static class ScoringGraph
{
    /// <summary>The scores before the softmax.</summary>
    public const string Logits = "head.logits";

    /// <summary>The probabilities, and behind them the strangeness.</summary>
    public const string Verdict = "head.verdict";

    private const string KernelName = "head.weight";
    private const string BiasName = "head.bias";

    /// <summary>
    /// Writes the whole graph as the bytes of an ONNX file: the feature graph without the prefix of its names, a classifier of a kernel
    /// <c>[classes, features]</c> and a bias, the graph of <see cref="StrangenessGraph"/> if there is one, and further metadata.
    /// </summary>
    public static byte[] Write(
        ReadOnlySpan<byte> featureGraph,
        string prefix,
        ReadOnlySpan<float> kernel,
        ReadOnlySpan<float> bias,
        byte[]? strangeness,
        IEnumerable<KeyValuePair<string, string>> metadata)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(featureGraph);
        StripPrefix(model.Graph, prefix);
        DropMissingInput(model.Graph);

        var graph = new OnnxGraphBuilder(model);
        foreach ((string key, string value) in metadata)
        {
            graph.Metadata(key, value);
        }

        graph.Constant(KernelName, kernel, bias.Length, kernel.Length / bias.Length);
        graph.Constant(BiasName, bias, bias.Length);
        string flat = graph.Node("Flatten", "head.input", [ModelTensors.Features], OnnxGraphBuilder.Attribute("axis", 1));
        string logits = graph.Node("Gemm", Logits, [flat, KernelName, BiasName], OnnxGraphBuilder.Attribute("transB", 1));
        graph.Node("Softmax", ModelTensors.Probabilities, [logits], OnnxGraphBuilder.Attribute("axis", 1));
        graph.Output(ModelTensors.Probabilities, ModelTensors.BatchDimension, bias.Length);
        if (strangeness is not null)
        {
            StrangenessGraph.Append(graph, flat, strangeness);
        }

        return graph.ToBytes();
    }

    /// <summary>A graph with strangeness gets one output more, <see cref="Verdict"/>: the probabilities and the strangeness.</summary>
    public static byte[] WithVerdict(byte[] scoringGraph, int classes)
    {
        var graph = new OnnxGraphBuilder(ModelProto.Parser.ParseFrom(scoringGraph));
        string[] parts = [ModelTensors.Probabilities, ModelTensors.Strangeness];
        graph.Node("Concat", Verdict, parts, OnnxGraphBuilder.Attribute("axis", 1));
        graph.Output(Verdict, ModelTensors.BatchDimension, classes + 1);
        return graph.ToBytes();
    }

    private static void StripPrefix(GraphProto graph, string prefix)
    {
        foreach (ValueInfoProto value in graph.Input.Concat(graph.Output))
        {
            value.Name = Strip(value.Name);
        }

        foreach (NodeProto node in graph.Node)
        {
            node.Name = Strip(node.Name);
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = Strip(node.Input[i]);
            }

            for (int i = 0; i < node.Output.Count; i++)
            {
                node.Output[i] = Strip(node.Output[i]);
            }
        }

        string Strip(string name) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
    }

    // A saved featurizer adds NaN to the features of a missing image. A caller with pixels has no missing images.
    private static void DropMissingInput(GraphProto graph)
    {
        if (graph.Input.FirstOrDefault(input => input.Name == ModelTensors.Missing) is not { } missing)
        {
            return;
        }

        graph.Input.Remove(missing);
        var onlyForIt = new List<string> { ModelTensors.Missing };
        foreach (NodeProto node in graph.Node.ToArray())
        {
            if (!node.Input.Any(onlyForIt.Contains))
            {
                continue;
            }

            if (node.OpType == "Add")
            {
                node.OpType = "Identity";
                node.Input.RemoveAt(1);
                continue;
            }

            graph.Node.Remove(node);
            onlyForIt.AddRange(node.Output);
            foreach (TensorProto constant in graph.Initializer.Where(tensor => node.Input.Contains(tensor.Name)).ToArray())
            {
                graph.Initializer.Remove(constant);
            }
        }
    }
}
