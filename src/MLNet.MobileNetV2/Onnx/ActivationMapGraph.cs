using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>
/// The class activation maps of a graph that <see cref="ScoringGraph"/> wrote (arXiv 1512.04150): its classifier is applied to each place
/// of the last map instead of to the mean of them. The mean of a map is then the logit of its class less the bias, exactly.
/// </summary>
/// <param name="Bytes">The ONNX file, pixels to <see cref="Maps"/>.</param>
/// <param name="Biases">The bias of each class.</param>
internal sealed record ActivationMapGraph(byte[] Bytes, float[] Biases)
{
    /// <summary>The output: <c>[N, classes, height, width]</c>.</summary>
    public const string Maps = "activation_maps";

    private const string Kernel = "activation.weight";

    private static readonly string[] s_passedOver = ["Flatten", "Identity"];

    /// <summary>Makes the graph.</summary>
    /// <exception cref="NotSupportedException">The classifier's features are not the means of maps.</exception>
    public static ActivationMapGraph Of(byte[] scoringGraph)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(scoringGraph);
        GraphProto graph = model.Graph;
        StrangenessGraph.RemoveFrom(graph);
        NodeProto gemm = graph.Node.Single(node => node.Output.Contains(ScoringGraph.Logits));
        var removed = new List<NodeProto> { gemm, graph.Node.Single(node => node.Output.Contains(ModelTensors.Probabilities)) };
        NodeProto source = gemm;
        do
        {
            source = graph.Node.FirstOrDefault(node => node.Output.Contains(source.Input[0])) ?? throw NotPooled();
            removed.Add(source);
        }
        while (s_passedOver.Contains(source.OpType));

        if (source.OpType != "GlobalAveragePool")
        {
            throw NotPooled();
        }

        TensorProto kernel = graph.Initializer.Single(tensor => tensor.Name == gemm.Input[1]);
        TensorProto bias = graph.Initializer.Single(tensor => tensor.Name == gemm.Input[2]);
        foreach (NodeProto node in removed)
        {
            graph.Node.Remove(node);
        }

        graph.Initializer.Remove(bias);
        graph.Output.Clear();
        kernel.Name = Kernel;
        kernel.Dims.Add([1, 1]);
        var builder = new OnnxGraphBuilder(model);
        builder.Node("Conv", Maps, [source.Input[0], Kernel]);
        builder.Output(Maps, ModelTensors.BatchDimension, (int)kernel.Dims[0], "height", "width");
        return new(builder.ToBytes(), OnnxGraphBuilder.Floats(bias));
    }

    private static NotSupportedException NotPooled() => new(
        "The model's classifier does not take the means of the network's last maps, so no place of an image has a share in its scores.");
}
