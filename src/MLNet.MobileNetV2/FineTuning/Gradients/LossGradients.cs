using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Writes the classifier and the loss, there and back. Not thread-safe.</summary>
internal sealed class LossGradients(GraphScope scope, TrainedPart part, GradientOptions options)
{
    /// <summary>
    /// What logits are divided by for the probabilities of <see cref="GradientLoss.Distillation"/>: classes that are not on a picture have
    /// something to teach too.
    /// </summary>
    public const float Temperature = 2;

    // The logarithm of a probability that is 0 in single precision; times 0 it is nothing.
    private const float Least = 1e-30f;

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
        bool meetsFeatures = options.FeatureWeight > 0;
        string all = scope.Input(GraphNames.Targets, samples, options.TargetCountFor(part));
        string targets = meetsFeatures ? Slice(all, 0, outputs, "targets.outputs") : all;
        string weights = scope.Input(GraphNames.Weights, samples, 1);
        WriteHits(output, targets);
        string losses = meetsFeatures ? "losses.outputs" : GraphNames.Losses;
        string slope = options.Loss switch
        {
            GradientLoss.CrossEntropy => CrossEntropy(output, targets, losses),
            GradientLoss.Distillation => Divergence(output, targets, losses),
            _ => SquaredError(output, targets, losses),
        };
        string gradient = Graph.Node("Mul", "outputs.gradient", [slope, weights]);
        if (part.ClassCount is not null)
        {
            gradient = WriteClassifier(kept, gradient, withInput);
        }

        if (meetsFeatures)
        {
            string error = FeatureError(kept, Slice(all, outputs, outputs + part.FeatureCount, "targets.features"), losses);
            gradient = withInput
                ? Graph.Node("Add", "kept.gradient.both", [gradient, Graph.Node("Mul", "error.gradient", [error, weights])])
                : gradient;
        }

        scope.Output(GraphNames.Losses, samples, 1);

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

    private string CrossEntropy(string output, string targets, string losses)
    {
        string logarithms = Graph.Node("LogSoftmax", "logarithms", [output], OnnxGraphBuilder.Attribute("axis", 1));
        string likelihood = Sum(Graph.Node("Mul", "likelihoods", [targets, logarithms]), "likelihood");
        Graph.Node("Neg", losses, [likelihood]);
        return SoftmaxSlope(output, targets, "slope");
    }

    private string Divergence(string output, string targets, string losses)
    {
        string soft = Graph.Node("Mul", "outputs.soft", [output, scope.Scalar("coolness", 1 / Temperature)]);
        string logarithms = Graph.Node("LogSoftmax", "logarithms", [soft], OnnxGraphBuilder.Attribute("axis", 1));
        string positive = Graph.Node("Max", "targets.positive", [targets, scope.Scalar("least", Least)]);
        string differences = Graph.Node("Sub", "log.differences", [Graph.Node("Log", "targets.log", [positive]), logarithms]);
        string divergence = Sum(Graph.Node("Mul", "divergences", [targets, differences]), "divergence");
        Graph.Node("Mul", losses, [divergence, scope.Scalar("temperature.squared", Temperature * Temperature)]);
        return Graph.Node("Mul", "slope", [SoftmaxSlope(soft, targets, "soft.slope"), scope.Scalar("temperature", Temperature)]);
    }

    // Adds the features' error to the losses; returns its slope.
    private string FeatureError(string features, string targets, string losses)
    {
        string difference = Graph.Node("Sub", "features.difference", [features, targets]);
        string squares = Graph.Node("Mul", "features.squares", [difference, difference]);
        string mean = Graph.Node("ReduceMean", "features.error", [squares], OnnxGraphBuilder.Attribute("axes", [1L]));
        string error = Graph.Node("Mul", "features.loss", [mean, scope.Scalar("features.weight", (float)options.FeatureWeight)]);
        Graph.Node("Add", GraphNames.Losses, [losses, error]);
        string share = scope.Scalar("features.share", (float)(2 * options.FeatureWeight / part.FeatureCount));
        return Graph.Node("Mul", "features.slope", [difference, share]);
    }

    private string SoftmaxSlope(string output, string targets, string result)
    {
        string probabilities = Graph.Node("Softmax", "probabilities", [output], OnnxGraphBuilder.Attribute("axis", 1));
        string expected = Graph.Node("Mul", "expected", [probabilities, Sum(targets, "targets.sum")]);
        return Graph.Node("Sub", result, [expected, targets]);
    }

    private string Slice(string x, int begin, int end, string result) =>
        Graph.Node("Slice", result, [x, scope.Numbers(begin), scope.Numbers(end), scope.Numbers(1)]);

    private string SquaredError(string output, string targets, string losses)
    {
        string difference = Graph.Node("Sub", "difference", [output, targets]);
        string squares = Graph.Node("Mul", "squares", [difference, difference]);
        Graph.Node("ReduceMean", losses, [squares], OnnxGraphBuilder.Attribute("axes", [1L]));
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
