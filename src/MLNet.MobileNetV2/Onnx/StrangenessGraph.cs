using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>Features in, strangeness <c>[N, 1]</c> out: above 0 for a photo of no class.</summary>
internal static class StrangenessGraph
{
    private const string Prefix = "unknown.";

    /// <summary>Writes the graph as the bytes of an ONNX file.</summary>
    /// <param name="input">Name of the features, <c>[N, features]</c>.</param>
    /// <param name="output">Name of the strangeness.</param>
    /// <param name="values">The rule.</param>
    public static byte[] Write(string input, string output, StrangenessValues values)
    {
        int features = values.Center.Length;
        var graph = new OnnxGraphBuilder("strangeness");
        graph.Input(input, ModelTensors.BatchDimension, features);
        string center = graph.Constant($"{Prefix}center", values.Center, features);
        string centred = graph.Node("Sub", $"{Prefix}centred", [input, center]);
        string squares = graph.Node("Mul", $"{Prefix}squares", [centred, centred]);
        AttributeProto axis = OnnxGraphBuilder.Attribute("axes", [1L]);
        string axes = graph.Constant($"{Prefix}axes", [1L]);
        string distance = Times(graph, "distance", graph.Node("ReduceSum", $"{Prefix}length", [squares, axes]), values.Precision);
        if (values.DirectionWeights.Length > 0)
        {
            int directions = values.DirectionWeights.Length;
            graph.Constant($"{Prefix}directions", values.Directions, directions, features);
            graph.Constant($"{Prefix}weights", values.DirectionWeights, directions, 1);
            string along = graph.Node(
                "Gemm", $"{Prefix}along", [centred, $"{Prefix}directions"], OnnxGraphBuilder.Attribute("transB", 1));
            string alongSquares = graph.Node("Mul", $"{Prefix}along.squares", [along, along]);
            string weighted = graph.Node("MatMul", $"{Prefix}weighted", [alongSquares, $"{Prefix}weights"]);
            distance = graph.Node("Add", $"{Prefix}whole", [distance, weighted]);
        }

        graph.Constant($"{Prefix}kernel", values.Kernel, values.Biases.Length, features);
        graph.Constant($"{Prefix}biases", values.Biases, values.Biases.Length);
        string scores = graph.Node(
            "Gemm", $"{Prefix}scores", [centred, $"{Prefix}kernel", $"{Prefix}biases"], OnnxGraphBuilder.Attribute("transB", 1));
        string best = graph.Node("ReduceMax", $"{Prefix}best", [scores], axis);
        string difference = graph.Node(
            "Sub",
            $"{Prefix}difference",
            [Times(graph, "strange", distance, values.DistanceWeight), Times(graph, "familiar", best, values.ScoreWeight)]);
        graph.Node("Sub", output, [difference, graph.Constant($"{Prefix}threshold", [values.Threshold], 1)]);
        graph.Output(output, ModelTensors.BatchDimension, 1);
        return graph.ToBytes();
    }

    /// <summary>Puts the graph behind the features of another one.</summary>
    /// <param name="graph">Gets the graph.</param>
    /// <param name="features">Name of its features, <c>[N, features]</c>.</param>
    /// <param name="strangeness">What <see cref="Write"/> gave.</param>
    public static void Append(OnnxGraphBuilder graph, string features, ReadOnlySpan<byte> strangeness)
    {
        GraphProto added = ModelProto.Parser.ParseFrom(strangeness).Graph;
        (string input, string output) = (added.Input[0].Name, added.Output[0].Name);
        foreach (NodeProto node in added.Node)
        {
            Rename(node.Input, input, features);
            Rename(node.Output, output, ModelTensors.Strangeness);
        }

        graph.Append(added);
        graph.Output(ModelTensors.Strangeness, ModelTensors.BatchDimension, 1);
    }

    /// <summary>Takes the graph out of another one again.</summary>
    public static void RemoveFrom(GraphProto graph)
    {
        foreach (NodeProto node in graph.Node.Where(node => IsOwn(node.Name) || node.Output.Contains(ModelTensors.Strangeness)).ToArray())
        {
            graph.Node.Remove(node);
        }

        foreach (TensorProto constant in graph.Initializer.Where(constant => IsOwn(constant.Name)).ToArray())
        {
            graph.Initializer.Remove(constant);
        }

        static bool IsOwn(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);
    }

    private static void Rename(IList<string> names, string from, string to)
    {
        for (int i = 0; i < names.Count; i++)
        {
            names[i] = names[i] == from ? to : names[i];
        }
    }

    private static string Times(OnnxGraphBuilder graph, string name, string value, float factor) =>
        graph.Node("Mul", $"{Prefix}{name}", [value, graph.Constant($"{Prefix}{name}.factor", [factor], 1)]);
}

/// <summary>The numbers of the graph, matrices row after row.</summary>
internal sealed record StrangenessValues(
    float[] Center,
    float[] Directions,
    float[] DirectionWeights,
    float Precision,
    float[] Kernel,
    float[] Biases,
    float DistanceWeight,
    float ScoreWeight,
    float Threshold);
