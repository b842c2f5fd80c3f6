namespace MLNet.MobileNetV2.Tests.WeightsImport.Onnx;

/// <summary>The operators by channels that follow a convolution in an ONNX file.</summary>
internal sealed class OnnxTestNorm(OnnxTestGraph graph, Random random, int channels, bool isChannelsLast)
{
    /// <summary>Writes them and names their result.</summary>
    public string Write(string norm, string x, float[] bias)
    {
        switch (norm)
        {
            case "norm" or "norm and bias":
                return Normalize(x, 1e-3f);
            case "norm of another epsilon":
                return Normalize(x, 1e-2f);
            case "scale" or "channels last":
                return graph.Node("Add", [graph.Node("Mul", [x, ByChannel(Draw(0.5, 1.5))]), ByChannel(bias)]);
            case "subtract":
                return graph.Node("Sub", [graph.Node("Div", [x, ByChannel(Draw(0.5, 1.5))]), ByChannel(bias)]);
            case "formula":
                // (x - mean) / deviation x gamma + beta, one operator after the other, and a batch norm after it.
                string centred = graph.Node("Sub", [x, ByChannel(Draw(-0.2, 0.2))]);
                string scaled = graph.Node("Mul", [ByChannel(Draw(0.8, 1.2)), graph.Node("Div", [centred, graph.Scalar(1.1f)])]);
                return Normalize(graph.Node("Add", [ByChannel(bias), scaled]), 1e-3f);
            case "add":
                return graph.Node("Add", [ByChannel(bias), x]);
            case "unsqueezed":
                string column = graph.Node("Unsqueeze", [graph.Constant(bias, channels), graph.Ints(1, -1)]);
                string row = graph.Node("Reshape", [graph.Constant(Draw(0.5, 1.5), channels), graph.Ints(1, -1, 1, 1)]);
                string squeezed = graph.Node("Squeeze", [graph.Node("Reshape", [column, graph.Ints(1, -1, 1, 1)]), graph.Ints(0)]);
                return graph.Node("Add", [graph.Node("Mul", [x, row]), graph.Node("Reshape", [squeezed, graph.Ints(0, 1, 1)])]);
            default:
                return x;
        }
    }

    private string Normalize(string x, float epsilon) => graph.Node(
        "BatchNormalization",
        [x, Vector(Draw(0.5, 1.5)), Vector(Draw(-0.1, 0.1)), Vector(Draw(-0.1, 0.1)), Vector(Draw(0.5, 1.5))],
        OnnxTestGraph.Real("epsilon", epsilon));

    private string Vector(float[] values) => graph.Constant(values, channels);

    private string ByChannel(float[] values) =>
        isChannelsLast ? graph.Constant(values, channels) : channels % 16 == 0 ? graph.Constant(values, 1, channels, 1, 1) : graph.Constant(
            values, channels, 1, 1);

    private float[] Draw(double low, double high) =>
        [.. Enumerable.Range(0, channels).Select(_ => (float)(low + ((high - low) * random.NextDouble())))];
}
