using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Writes the classifier and the loss, there and back. Not thread-safe.</summary>
internal sealed class LossGradients(GraphScope scope, TrainedPart part, GradientLoss loss)
{
    private OnnxGraphBuilder Graph => scope.Graph;

    /// <summary>Writes all from the features, <c>[N, features]</c>, to the loss and back.</summary>
    /// <returns>The gradient of the features, or null.</returns>
    public string? Write(string features, bool withInput)
    {
        (int samples, int outputs) = (scope.Samples, part.OutputCount);
        string dropout = scope.Input(GraphNames.Dropout, samples, part.FeatureCount);
        string kept = Graph.Node("Mul", "kept", [features, dropout]);
        string output = part.ClassCount is null ? kept : Graph.Node(
            "Gemm",
            "outputs",
            [
                kept,
                scope.Input(LayerTensors.ClassifierKernel, outputs, part.FeatureCount),
                scope.Input(LayerTensors.ClassifierBias, outputs),
            ],
            OnnxGraphBuilder.Attribute("transB", 1));
        string targets = scope.Input(GraphNames.Targets, samples, outputs);
        string weights = scope.Input(GraphNames.Weights, samples, 1);
        WriteHits(output, targets);
        string slope = loss == GradientLoss.CrossEntropy ? CrossEntropy(output, targets) : SquaredError(output, targets);
        scope.Output(GraphNames.Losses, samples, 1);
        string gradient = Graph.Node("Mul", "outputs.gradient", [slope, weights]);
        if (part.ClassCount is not null)
        {
            gradient = WriteClassifier(kept, gradient, withInput);
        }

        return withInput ? Graph.Node("Mul", "features.gradient", [gradient, dropout]) : null;
    }

    /// <summary>Writes the mean squared error of a map, and back.</summary>
    /// <returns>The gradient of the map.</returns>
    public MapValue WriteMap(MapValue map)
    {
        MapValue planes = scope.As(map, MapForm.Planes);
        string targets = scope.Input(GraphNames.Targets, scope.Shape(planes, MapForm.Planes));
        string weights = scope.Input(GraphNames.Weights, 1, scope.Samples, 1);
        string difference = Graph.Node("Sub", "difference", [planes.Name, targets]);
        string squares = Graph.Node("Mul", "squares", [difference, difference]);
        Graph.Node(
            "ReduceMean",
            GraphNames.Losses,
            [squares],
            OnnxGraphBuilder.Attribute("axes", 0L, 2L),
            OnnxGraphBuilder.Attribute("keepdims", 0));
        scope.Output(GraphNames.Losses, scope.Samples);
        string slope = Graph.Node("Mul", "slope", [weights, scope.Scalar("share", 2f / part.OutputCount)]);
        return planes with { Name = Graph.Node("Mul", "map.gradient", [difference, slope]), HasPassedReLU6 = false };
    }

    private string WriteClassifier(string kept, string gradient, bool withInput)
    {
        string kernel = GraphNames.Gradient(LayerTensors.ClassifierKernel);
        string bias = GraphNames.Gradient(LayerTensors.ClassifierBias);
        Graph.Node("Gemm", kernel, [gradient, kept], OnnxGraphBuilder.Attribute("transA", 1));
        Graph.Node("ReduceSum", bias, [gradient, scope.Numbers(0)], OnnxGraphBuilder.Attribute("keepdims", 0));
        scope.Output(kernel, part.OutputCount, part.FeatureCount);
        scope.Output(bias, part.OutputCount);
        return withInput ? Graph.Node("MatMul", "kept.gradient", [gradient, LayerTensors.ClassifierKernel]) : gradient;
    }

    private string CrossEntropy(string output, string targets)
    {
        string logarithms = Graph.Node("LogSoftmax", "logarithms", [output], OnnxGraphBuilder.Attribute("axis", 1));
        string likelihood = Sum(Graph.Node("Mul", "likelihoods", [targets, logarithms]), "likelihood");
        Graph.Node("Neg", GraphNames.Losses, [likelihood]);
        string probabilities = Graph.Node("Softmax", "probabilities", [output], OnnxGraphBuilder.Attribute("axis", 1));
        string expected = Graph.Node("Mul", "expected", [probabilities, Sum(targets, "targets.sum")]);
        return Graph.Node("Sub", "slope", [expected, targets]);
    }

    private string SquaredError(string output, string targets)
    {
        string difference = Graph.Node("Sub", "difference", [output, targets]);
        string squares = Graph.Node("Mul", "squares", [difference, difference]);
        Graph.Node("ReduceMean", GraphNames.Losses, [squares], OnnxGraphBuilder.Attribute("axes", [1L]));
        return Graph.Node("Mul", "slope", [difference, scope.Scalar("share", 2f / part.OutputCount)]);
    }

    private void WriteHits(string output, string targets)
    {
        string equal = Graph.Node("Equal", "hits.equal", [Largest(output, "outputs.largest"), Largest(targets, "targets.largest")]);
        Graph.Node("Cast", GraphNames.Hits, [equal], OnnxGraphBuilder.Attribute("to", 1));
        scope.Output(GraphNames.Hits, scope.Samples, 1);
    }

    private string Largest(string x, string result) => Graph.Node("ArgMax", result, [x], OnnxGraphBuilder.Attribute("axis", 1));

    private string Sum(string x, string result) => Graph.Node("ReduceSum", result, [x, scope.Numbers(1)]);
}
